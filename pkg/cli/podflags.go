package cli

import (
	"fmt"
	"strings"

	units "github.com/docker/go-units"
	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// podFlags are the flags that run and stage share.
type podFlags struct {
	publish, expose []string
	env, labels     []string
	pullPolicy      string
	cpus, memory    string
	entrypoint      []string
	stdin, tty      bool
	mesh            bool
}

func (p *podFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVarP(&p.publish, "publish", "p", nil, "publish a port, `[PORT:]TARGET[/PROTOCOL]`: http, http2, grpc on the gateway (PORT is 80 when not given), tcp (the default) and udp on a port of every node; for example 80:8080/http; may be repeated")
	f.StringArrayVar(&p.expose, "expose", nil, "open a port inside the mesh only, `[PORT:]TARGET[/PROTOCOL]`; may be repeated")
	f.StringArrayVarP(&p.env, "env", "e", nil, "set an environment variable, `NAME=VALUE`; may be repeated")
	f.StringArrayVarP(&p.labels, "label", "l", nil, "set a label on the pods, `KEY=VALUE`; may be repeated")
	f.StringVar(&p.pullPolicy, "image-pull-policy", "", "`WHEN` to pull the image: always, never or not-present; the server's default when not given")
	f.StringVar(&p.cpus, "cpus", "", "`NUMBER` of CPUs to reserve for each pod, for example 0.5 or 250m")
	f.StringVarP(&p.memory, "memory", "m", "", "`BYTES` of memory to reserve for each pod, also with b, k, m, g; for example 512m")
	f.StringArrayVar(&p.entrypoint, "entrypoint", nil, "`PROGRAM` to run instead of the image's own; repeat it for its further words")
	f.BoolVarP(&p.stdin, "interactive", "i", false, "keep standard input open")
	f.BoolVarP(&p.tty, "tty", "t", false, "give the container a terminal")
	f.BoolVar(&p.mesh, "mesh", true, "ask for an Istio sidecar")
}

// pullPolicies are Rio's words for Kubernetes' own.
var pullPolicies = map[string]corev1.PullPolicy{
	"always": corev1.PullAlways, "never": corev1.PullNever, "not-present": corev1.PullIfNotPresent, "": "",
}

// pod reads the flags; args are the container's.
func (p *podFlags) pod(cmd *cobra.Command, image string, args []string) (plan.Pod, error) {
	pod := plan.Pod{Image: image, Entrypoint: p.entrypoint, Labels: map[string]string{}}
	if len(args) > 0 {
		pod.Args = args
	}
	for _, f := range []struct {
		name string
		flag *bool
		to   **bool
	}{{"interactive", &p.stdin, &pod.Stdin}, {"tty", &p.tty, &pod.TTY}, {"mesh", &p.mesh, &pod.Mesh}} {
		if cmd.Flags().Changed(f.name) {
			*f.to = f.flag
		}
	}
	var known bool
	if pod.PullPolicy, known = pullPolicies[p.pullPolicy]; !known {
		return pod, usagef("invalid --image-pull-policy %q: want always, never or not-present", p.pullPolicy)
	}
	if err := p.ports(&pod); err != nil {
		return pod, usageError(err)
	}
	if err := p.environment(&pod); err != nil {
		return pod, usageError(err)
	}
	if err := p.resources(&pod); err != nil {
		return pod, err
	}
	if err := pod.Validate(); err != nil {
		return pod, usageError(err)
	}
	return pod, nil
}

func (p *podFlags) ports(pod *plan.Pod) error {
	for _, list := range []struct {
		values  []string
		publish bool
	}{{p.publish, true}, {p.expose, false}} {
		for _, v := range list.values {
			spec, err := rio.ParsePort(v, list.publish)
			if err != nil {
				return err
			}
			pod.Ports = append(pod.Ports, spec)
		}
	}
	return nil
}

func (p *podFlags) environment(pod *plan.Pod) error {
	for _, e := range p.env {
		name, value, _ := strings.Cut(e, "=")
		if errs := validation.IsEnvVarName(name); len(errs) > 0 {
			return fmt.Errorf("invalid --env %q: %s", e, errs[0])
		}
		pod.Env = append(pod.Env, corev1.EnvVar{Name: name, Value: value})
	}
	for _, l := range p.labels {
		key, value, _ := strings.Cut(l, "=")
		if errs := append(validation.IsQualifiedName(key), validation.IsValidLabelValue(value)...); len(errs) > 0 {
			return fmt.Errorf("invalid --label %q: %s", l, errs[0])
		}
		if _, ours := rio.Labels(rio.Ref{})[key]; ours || rio.Reserved(key) {
			return fmt.Errorf("invalid --label %q: kubectl rio finds the pods by %q; choose another key", l, key)
		}
		pod.Labels[key] = value
	}
	return nil
}

func (p *podFlags) resources(pod *plan.Pod) error {
	if p.cpus != "" {
		q, err := resource.ParseQuantity(p.cpus)
		if err != nil || q.Sign() < 0 {
			return usagef("invalid --cpus %q: want a number of CPUs, for example 0.5 or 250m", p.cpus)
		}
		pod.CPUs = &q
	}
	if p.memory != "" {
		bytes, err := units.RAMInBytes(p.memory)
		if err != nil || bytes < 0 {
			return usagef("invalid --memory %q: want bytes or a number with b, k, m or g, for example 512m", p.memory)
		}
		pod.Memory = resource.NewQuantity(bytes, resource.BinarySI)
	}
	return nil
}
