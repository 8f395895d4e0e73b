package stack

import (
	"cmp"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// deploy is docker-compose's section of that name.
type deploy struct {
	Replicas  *rio.Scale `json:"replicas"`
	Global    bool       `json:"-"` // mode
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

type restartPolicy struct{} // see restartReasons

// cpusNotLimited is said of both ways to limit them: pods that reserved what they may use at most
// might find no node.
const cpusNotLimited = "CPUs are reserved and not limited here"

type resources struct {
	CPUs   string `json:"cpus"`
	Memory string `json:"memory"`
}

func readDeploy(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	dep, r := as[deploy](d, n, path), revisionIn(v)
	if dep.Global {
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

// readParallelism takes how many pods are replaced at once. For docker 0 is all of them.
func readParallelism(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	count := as[int32](d, n, path)
	if count == 0 && n.Value == "0" {
		d.fail(n, path, "\"0\" cannot be: it is all pods at once, which leaves none to answer; want how many are replaced at once, or take the key out")
	}
	v.Addr().Interface().(*updateConfig).Parallelism = count
}

// readMode takes how many pods there are: a number of them, or one on each node.
func readMode(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	v.Addr().Interface().(*deploy).Global = n.Value == "global"
	onlyModes.read(d, n, path, v)
}

// readCPUsOf takes the CPUs that are reserved.
func readCPUsOf(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	if strings.HasSuffix(path, ".limits.cpus") && n.Value != "" {
		d.fail(n, path, "%s; to reserve them write it below reservations", cpusNotLimited)
		return
	}
	v.Addr().Interface().(*resources).CPUs = as[string](d, n, path)
}
