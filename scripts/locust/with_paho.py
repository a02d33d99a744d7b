"""What dojot-device is compared with: a Locust user that is a device, over paho, with a certificate of its own.

Each publishes at QoS 1, waits for the acknowledgement, and publishes again, as fast as that goes.

    pip install -r scripts/locust/requirements.txt paho-mqtt
    locust -f scripts/locust/with_paho.py --headless -u 100 -r 50 -t 30s --host localhost:8883

DEVICES is a file with an id a line, CERTS the folder of their certificates, CA the file of the CA's.
"""

import itertools
import os
import time

import gevent.event
import paho.mqtt.client as mqtt
from locust import User, task

CERTS = os.environ["CERTS"]
PAYLOAD = '{"temperature": 21.5}'

with open(os.environ["DEVICES"], encoding="utf-8") as file:
    devices = itertools.cycle(file.read().split())


class Device(User):
    def on_start(self):
        self.device = next(devices)
        self.acknowledged = gevent.event.Event()
        connected = gevent.event.Event()
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=f"admin:{self.device}")
        self.client.on_connect = lambda *_: connected.set()
        self.client.on_publish = lambda *_: self.acknowledged.set()
        certificate = f"{CERTS}/{self.device}"
        self.client.tls_set(os.environ["CA"], certificate + ".crt", certificate + ".key")
        host, port = self.host.rsplit(":", 1)
        begin = time.perf_counter()
        self.client.connect(host, int(port))
        self.client.loop_start()
        connected.wait(30)
        self.tell("connect", begin)

    @task
    def publish(self):
        self.acknowledged.clear()
        begin = time.perf_counter()
        self.client.publish(f"/admin/{self.device}/attrs", PAYLOAD, qos=1)
        if self.acknowledged.wait(30):
            self.tell("publish", begin, len(PAYLOAD))

    def on_stop(self):
        self.client.disconnect()
        self.client.loop_stop()

    def tell(self, name, begin, length=0):
        self.environment.events.request.fire(
            request_type="mqtt",
            name=name,
            response_time=(time.perf_counter() - begin) * 1000,
            response_length=length,
            exception=None,
            context={},
        )
