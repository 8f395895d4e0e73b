package rio

import (
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// NotReady says of a container that runs, and is not ready, what it lacks, as far as the pod
// tells: where connections to a port are all that is asked, which port.
func NotReady(pod corev1.Pod, container string) string {
	if port := AskedPort(pod, container); port != "" {
		return fmt.Sprintf("runs, and its port %s takes no connections", port)
	}
	return "runs and is not ready"
}

// AskedPort is the port of a readiness probe of TCP, empty where another is asked. Istio asks the sidecar instead, and keeps
// there what was to be asked: https://istio.io/latest/docs/ops/configuration/mesh/app-health-check/
func AskedPort(pod corev1.Pod, container string) string {
	for _, c := range Containers(&pod.Spec) {
		if p := c.ReadinessProbe; c.Name == container && p != nil && p.TCPSocket != nil {
			return p.TCPSocket.Port.String()
		}
		for _, e := range c.Env {
			var moved map[string]struct {
				TCPSocket *struct{ Port intstr.IntOrString }
			}
			if e.Name != "ISTIO_KUBE_APP_PROBERS" || json.Unmarshal([]byte(e.Value), &moved) != nil {
				continue
			}
			if p := moved["/app-health/"+container+"/readyz"].TCPSocket; p != nil {
				return p.Port.String()
			}
		}
	}
	return ""
}
