package stack

import (
	"cmp"
	"reflect"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// deploy is docker-compose's section of that name.
type deploy struct {
	Replicas  *spec.Scale       `json:"replicas"`
	Mode      string            `json:"mode"`
	Labels    map[string]string `json:"labels"`
	Endpoint  string            `json:"endpointMode"`
	Resources struct {
		Limits       resources `json:"limits"`
		Reservations resources `json:"reservations"`
	} `json:"resources"`
	UpdateConfig  updateConfig  `json:"updateConfig"`
	RestartPolicy restartPolicy `json:"restartPolicy"`
}

type updateConfig struct {
	Parallelism int32  `json:"parallelism"`
	Order       string `json:"order"`
}

type restartPolicy struct {
	Condition string `json:"condition"`
}

// cpusNotLimited is said of both ways to limit them: pods that reserved what they may use at most
// might find no node.
const cpusNotLimited = "CPUs are reserved and not limited here"

type resources struct {
	CPUs   string `json:"cpus"`
	Memory string `json:"memory"`
}

func readDeploy(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	var dep deploy
	d.value(n, path, reflect.ValueOf(&dep).Elem())
	r, ok := reflect.TypeAssert[*spec.Revision](v.Addr())
	if !ok { // of a service, which has one
		r, ok = reflect.TypeAssert[*spec.Revision](v.FieldByName("Revision").Addr())
	}
	if !ok {
		return
	}
	refuse := func(wrong bool, why string) {
		if wrong {
			d.fail(n, path, "%s", why)
		}
	}
	refuse(dep.Mode != "" && dep.Mode != "replicated" && dep.Mode != "global", "mode is replicated or global")
	refuse(dep.Endpoint != "" && dep.Endpoint != "vip", "endpoint_mode: a service has one address for all its pods; want vip")
	refuse(dep.Resources.Limits.CPUs != "", "resources.limits.cpus: "+cpusNotLimited+"; to reserve them write it below reservations")
	refuse(dep.RestartPolicy.Condition != "" && dep.RestartPolicy.Condition != "any", "restart_policy.condition: Kubernetes always restarts the containers of a service; want any")
	refuse(len(dep.Labels) > 0, "labels: docker-compose sets them on the service only; write them as labels of the service to set them on its pods")
	if dep.Mode == "global" {
		r.Global = new(true)
	}
	if dep.Replicas != nil {
		r.Scale = dep.Replicas
	}
	r.BatchSize = cmp.Or(dep.UpdateConfig.Parallelism, r.BatchSize)
	r.UpdateOrder = cmp.Or(dep.UpdateConfig.Order, r.UpdateOrder)
	for _, a := range []struct {
		text string
		read unit
		to   **int64
	}{
		{dep.Resources.Reservations.CPUs, nanoCPUs, &r.NanoCPUs},
		{dep.Resources.Reservations.Memory, bytesOf, &r.MemoryReservationBytes},
		{dep.Resources.Limits.Memory, bytesOf, &r.MemoryLimitBytes},
	} {
		if a.text == "" {
			continue
		}
		count, err := a.read(a.text)
		if err != nil {
			d.fail(n, path, "%v", err)
			continue
		}
		*a.to = &count
	}
}
