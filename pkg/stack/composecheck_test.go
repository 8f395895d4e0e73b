package stack

import "testing"

// A check has docker's numbers, and what answers is ready at once, also in its start period.
func TestReadComposesChecks(t *testing.T) {
	const test = "test: [CMD, ping]"
	for text, want := range map[string]string{
		"{" + test + "}": "{healthcheck: {test: [CMD, ping], intervalSeconds: 30, timeoutSeconds: 30, healthyThreshold: 1}}",
		"{" + test + ", interval: 5s, timeout: 2s, retries: 5}": "{healthcheck: {test: [CMD, ping], intervalSeconds: 5, timeoutSeconds: 2, healthyThreshold: 1, unhealthyThreshold: 5}}",
		"{" + test + ", start_period: 1m}": `{healthcheck: {test: [CMD, ping], intervalSeconds: 30, timeoutSeconds: 30, initialDelaySeconds: 60},
			readycheck: {test: [CMD, ping], intervalSeconds: 5, timeoutSeconds: 30, healthyThreshold: 1}}`,
		"{" + test + ", interval: 3s, start_period: 1m}": `{healthcheck: {test: [CMD, ping], intervalSeconds: 3, timeoutSeconds: 30, initialDelaySeconds: 60},
			readycheck: {test: [CMD, ping], intervalSeconds: 3, timeoutSeconds: 30, healthyThreshold: 1}}`,
		"{start_interval: 1s, " + test + ", start_period: 5m}": `{healthcheck: {test: [CMD, ping], intervalSeconds: 30, timeoutSeconds: 30, initialDelaySeconds: 300},
			readycheck: {test: [CMD, ping], intervalSeconds: 1, timeoutSeconds: 30, healthyThreshold: 1}}`,
		"{" + test + ", start_interval: 1s}": "{healthcheck: {test: [CMD, ping], intervalSeconds: 30, timeoutSeconds: 30, healthyThreshold: 1}}",
		"{" + test + ", start_period: 1m}\n    readycheck: {test: 'tcp://:80'}": `{healthcheck: {test: [CMD, ping], intervalSeconds: 30, timeoutSeconds: 30, initialDelaySeconds: 60},
			readycheck: {test: ['tcp://:80']}}`,
		"{disable: true}": "{healthcheck: {test: [NONE]}}",
	} {
		t.Run(text, func(t *testing.T) {
			f, err := ReadCompose("services:\n  a:\n    image: a\n    healthcheck: "+text, shell, open)
			if err != nil {
				t.Fatal(err)
			}
			sameService(t, f, want)
		})
	}
	_, err := Read("services: {a: {image: a, healthcheck: {test: a, start_interval: 1s}}}", nil)
	if want := "line 1: services.a.healthcheck.start_interval: Kubernetes asks at the one interval; give it by a readycheck"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
