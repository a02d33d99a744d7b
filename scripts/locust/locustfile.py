"""The master of a fleet of simulated devices, on many machines: `dojot-device fleet worker` is what it commands.

    pip install -r scripts/locust/requirements.txt
    locust -f scripts/locust/locustfile.py --master        # its page is at http://localhost:8089
    dojot-device fleet worker --master HOST ...            # on each machine

A user is a device. What devices do is said by the options below: on the master's command line, in LOCUST_ variables, or
in the form of its page ("Custom parameters"). They hold from the start of a test to its end. --renew, --revoke,
--actuate and --history go by way of the platform: a worker does them that was started with a login at it.

What happens to certificates happens at its time since the test's start, by this machine's clock. A worker that joins
later leaves out what was due before that: whether another one has done it, it cannot know.
"""

import sys
import time

from locust import User, events, task
from locust.runners import MasterRunner


class Device(User):
    """Run by the workers, which are no Python: here it only has its name, and the number that the form asks for."""

    @task
    def lives_elsewhere(self):
        pass


@events.init_command_line_parser.add_listener
def add_options(parser):
    def option(name, help, **more):
        # Not in a group of their own: the page's form would not have them.
        parser.add_argument(name, help=help, env_var="LOCUST_" + name.strip("-").upper(), default="", **more)

    option("--broker", "MQTT over TLS: HOST[:PORT]; empty: each device's own", metavar="HOST[:PORT]")
    option("--payload", "What is published: a JSON template, a file on the master's machine", metavar="FILE")
    option("--attributes", "What is published, without a payload: temperature=20..30 on=true|false", metavar="TEXT")
    option("--interval", "The time between two publications of a device: 500ms, 30s, 5m; empty: 30s", metavar="TIME")
    option("--rate", "How often all devices together publish, in place of an interval: 5000/s", metavar="NUMBER/S")
    option("--qos", "Quality of service of publications", choices=["", "0", "1", "2"])
    option("--keepalive", "Seconds between signs of life", metavar="SECONDS")
    option("--subscribe", "Hear what devices are told", choices=["", "yes", "no"])
    option("--renew", "Devices that get another certificate, so many or per cent, and when", metavar="5% at 3m over 2m")
    option("--revoke", "Devices whose certificate is taken back, and when", metavar="1% at 6m")
    option("--expire", "Devices whose certificate runs out, and when it must have at the earliest", metavar="20 at 7m")
    option("--actuate", "Tell devices so often, through the platform: reset=5/s (recv)", metavar="ATTRIBUTE=NUMBER/S")
    option("--history", "Follow publications to the platform's history: probe=5/s", metavar="ATTRIBUTE=NUMBER/S")
    option("--seed", "The same values each time this number is given", metavar="NUMBER")


@events.init.add_listener
def require_master(environment, runner, **_):
    if environment.parsed_options and not isinstance(runner, MasterRunner):
        sys.exit("locustfile.py: devices are run by dojot-device fleet worker: start this with --master")


@events.test_start.add_listener
def tell_workers(environment, **_):
    """Workers get the template's text, so that its file need not be on their machines, and when the test began."""
    options = environment.parsed_options
    options.payload_text = None
    if options.payload:
        with open(options.payload, encoding="utf-8") as file:
            options.payload_text = file.read()
    options.test_started = time.time()
