package plan

import (
	"slices"

	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// Entrance is what stands between users and services, for all services the same.
type Entrance struct {
	Gateway        Gateway // as rio-defaults says; empty where it is not there
	Balancer       Read[corev1.Service]
	Deployment     Read[appsv1.Deployment] // of the gateway's pods
	Pods           Read[corev1.Pod]        // the gateway's
	Gateways       Read[*istio.Gateway]    // of all namespaces
	Istiod         Read[appsv1.Deployment]
	IstiodServices Read[corev1.Service] // that are to lead to one; read where there is none
	Doors          []Door
	Lookup         *Lookup // of a name under the domain; nil: there is none to look up
}

// Door is an address of the gateway that was knocked at.
type Door struct {
	Address string
	Port    int32
	Error   string
}

// Lookup is what a name leads to.
type Lookup struct {
	Host      string
	Addresses []string
	Error     string
}

// Addresses are where the gateway is reached: at the load balancer, else at the nodes where
// its pods are, when these have host ports or the Service node ports.
func (e Entrance) Addresses() []string {
	var all []string
	for _, lb := range e.Balancer.Items {
		for _, in := range lb.Status.LoadBalancer.Ingress {
			if in.Hostname != "" {
				all = append(all, in.Hostname)
			}
			if in.IP != "" {
				all = append(all, in.IP)
			}
		}
	}
	if len(all) > 0 {
		return all
	}
	nodePorts := len(e.Balancer.Items) > 0 && e.Balancer.Items[0].Spec.Type == corev1.ServiceTypeNodePort
	for _, pod := range e.Pods.Items {
		if (nodePorts || usesHostPorts(pod)) && pod.Status.HostIP != "" && !slices.Contains(all, pod.Status.HostIP) {
			all = append(all, pod.Status.HostIP)
		}
	}
	return all
}

func usesHostPorts(pod corev1.Pod) bool {
	return slices.ContainsFunc(pod.Spec.Containers, func(c corev1.Container) bool {
		return slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool { return p.HostPort != 0 })
	})
}
