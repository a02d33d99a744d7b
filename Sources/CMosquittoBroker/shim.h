#pragma once
// What mosquitto offers to its plugins. Nothing is linked: the broker that loads a plugin has these functions.
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>
