package stack

import (
	"strings"
	"testing"
)

// A list or a mapping in the place of one value is not passed over.
func TestReadWantsASingleValue(t *testing.T) {
	for _, text := range []string{
		"services: {a: {image: a, memory: {limit: 512m}}}", "services: {a: {image: a, mem_limit: [512m]}}", "services: {a: {image: a, nanoCpus: [1]}}",
		"services: {a: {image: a, stop_grace_period: [30s]}}", "services: {a: {image: a, platform: [linux/amd64]}}",
		"services: {a: {image: a, healthcheck: {test: 'tcp://localhost:80', interval: {seconds: 5}}}}",
		"services: {a: {image: a, ports: [{target: 80, host_ip: [10.0.0.1]}]}}",
		"services: {a: {image: a}}\nnetworks: {other: {driver: {name: macvlan}}}",
		"services: {a: {image: a}}\nroutes: {www: [{to: a, timeout: {request: 2s}}]}",
	} {
		_, err := ReadCompose(text, shell, open)
		if err == nil || !strings.HasSuffix(err.Error(), ": want a single value") {
			t.Errorf("%s: error %v", text, err)
		}
	}
	if _, err := Read("services: {a: {image: a, memory: , stop_grace_period: ~}}", open); err != nil {
		t.Errorf("no value: %v", err)
	}
}
