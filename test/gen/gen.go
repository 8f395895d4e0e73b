// Package gen makes up services for property tests: any that kubectl rio itself could
// have made, and none that it would refuse.
package gen

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Service is any service: with or without ports, published or not, with up to three
// staged revisions, no promotion under way.
func Service() *rapid.Generator[rio.Service] {
	return rapid.Custom(func(t *rapid.T) rio.Service {
		name := rapid.StringMatching(`[a-z](-?[a-z0-9]){0,6}`).Draw(t, "service")
		return ServiceOf(rio.Ref{Namespace: rapid.SampledFrom([]string{"default", "shop", "team-a"}).Draw(t, "stack"), Service: name}).Draw(t, "made")
	})
}

// ServiceOf is any service of that name.
func ServiceOf(ref rio.Ref) *rapid.Generator[rio.Service] {
	return rapid.Custom(func(t *rapid.T) rio.Service {
		s := rio.Service{Namespace: ref.Namespace, Name: ref.Service, Ports: ports(t)}
		if s.Published() {
			s.Gateway, s.Domain = "rio-system/rio-gateway", rapid.SampledFrom([]string{"127.0.0.1.nip.io", "example.com"}).Draw(t, "domain")
			s.TLS = slices.ContainsFunc(s.Ports, func(p rio.Port) bool { return p.HTTP() && p.OnGateway() && p.Number == 80 }) && rapid.Bool().Draw(t, "tls")
		}
		names := rapid.SliceOfNDistinct(revisionName(), 0, 3, rapid.ID[string]).Draw(t, "revisions")
		left := 100
		s.Filed = rapid.Bool().Draw(t, "of a stack file")
		for _, name := range names {
			r := Revision(s, name).Draw(t, name)
			if s.Routed() {
				r.Weight = rapid.IntRange(0, left).Draw(t, "weight of "+name)
			}
			if slices.ContainsFunc(s.Ports, rio.Port.HTTP) {
				r.Match = rapid.SampledFrom([][]rio.Match{nil, nil, {{Kind: "header", Name: "x-canary", Value: name}}, {{Kind: "cookie", Name: "beta", Value: "1"}, {Kind: "from", Value: "shop/front"}}}).Draw(t, "match of "+name)
			}
			left -= r.Weight
			s.Put(r)
		}
		if slices.ContainsFunc(s.Ports, rio.Port.HTTP) {
			s.Sticky = rapid.SampledFrom([]string{"", "", "rio-canary"}).Draw(t, "cookie")
		}
		if s.Routed() {
			s.Undone = rapid.SampledFrom([]rio.Undone{{}, {}, {Revision: "v9", Template: "5d4c"}}).Draw(t, "undone")
		}
		latest := Revision(s, rio.Latest).Draw(t, rio.Latest)
		if rapid.Bool().Draw(t, "autoscaled") {
			latest.Autoscale, latest.Replicas = &rio.Scale{Min: 2, Max: rapid.Int32Range(2, 5).Draw(t, "most pods")}, nil
		}
		latest.Weight = left
		s.Put(latest)
		for _, c := range copies(s) {
			if slices.ContainsFunc(s.Revisions, func(r rio.Revision) bool { return r.Reads(c) }) {
				s.PutConfig(c)
			}
		}
		return s
	})
}

// Staged is any service that has a staged revision, and the name of one.
func Staged() *rapid.Generator[rio.Service] {
	return Service().Filter(func(s rio.Service) bool { return len(s.Revisions) > 1 })
}

// Routed is any service whose traffic is split by weight.
func Routed() *rapid.Generator[rio.Service] { return Staged().Filter(rio.Service.Routed) }

// Served reports whether latest has pods, so that a promotion moves real traffic.
func Served(s rio.Service) bool {
	latest, ok := s.Latest()
	return ok && (latest.Replicas == nil || *latest.Replicas > 0)
}

// StagedName is one of the service's staged revisions.
func StagedName(t *rapid.T, s rio.Service) string {
	return s.Revisions[rapid.IntRange(1, len(s.Revisions)-1).Draw(t, "which revision")].Name
}

// Weights are shares for some of the service's staged revisions that leave latest at
// least nothing, whatever the others have.
func Weights(t *rapid.T, s rio.Service) map[string]int {
	want := map[string]int{}
	left := 100
	for _, r := range s.Revisions[1:] {
		want[r.Name] = rapid.IntRange(0, left).Draw(t, "share of "+r.Name)
		left -= want[r.Name]
	}
	return want
}

func revisionName() *rapid.Generator[string] {
	return rapid.StringMatching(`[a-z0-9](-?[a-z0-9]){0,3}`).Filter(func(name string) bool {
		return name != rio.Latest && name != rio.NodePortSuffix
	})
}

func ports(t *rapid.T) []rio.Port {
	var ports []rio.Port
	taken := map[string]bool{}
	for range rapid.IntRange(0, 3).Draw(t, "number of ports") {
		p := rio.Port{
			Number:   rapid.SampledFrom([]int32{53, 80, 443, 8080, 65535}).Draw(t, "port"),
			Protocol: rapid.SampledFrom(rio.Protocols).Draw(t, "protocol"),
			Publish:  rapid.Bool().Draw(t, "published"),
		}
		p.AtGateway = p.Publish && p.Protocol == "tcp" && rapid.Bool().Draw(t, "at the gateway")
		if key := fmt.Sprint(p.Number, p.Transport()); !taken[key] {
			taken[key] = true
			ports = append(ports, p)
		}
	}
	rio.SortPorts(ports)
	return ports
}

// Revision is any revision of that name that fits the service's ports. It has no weight.
func Revision(s rio.Service, name string) *rapid.Generator[rio.Revision] {
	return rapid.Custom(func(t *rapid.T) rio.Revision {
		r := rio.Revision{Name: name, Kind: "Deployment", Template: template(t, s)}
		if rapid.Bool().Draw(t, "its making is known") {
			r.Cause = rio.Cause{
				Command: rapid.StringMatching(`[a-z]+( [!-~]{1,8}){0,2}`).Draw(t, "command"), By: rapid.String().Draw(t, "user"),
				At: time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "time"), 0).UTC(),
			}
		}
		r.Rollout = rapid.SampledFrom([]rio.Rollout{{}, {}, {BatchSize: 2}, {BatchSize: 1, StopFirst: true}, {Recreate: true}}).Draw(t, "rollout")
		if rapid.Bool().Draw(t, "has rights") {
			r.Permissions = rapid.SampledFrom([][]rio.Permission{nil, {{Verbs: []string{"get"}, Resource: "pods", Name: "web"}, {Verbs: []string{"*"}, APIGroup: "apps", Resource: "*"}, {Role: "view"}}}).Draw(t, "permissions")
			r.GlobalPermissions = rapid.SampledFrom([][]rio.Permission{nil, {{Verbs: []string{"get", "list"}, URL: "/healthz"}, {Role: "a"}, {Role: "b"}}}).Draw(t, "global permissions")
			r.Template.Spec.AutomountServiceAccountToken = new(false)
		}
		if rapid.Bool().Draw(t, "replicas are ours") {
			n := rapid.Int32Range(0, 5).Draw(t, "replicas")
			r.Replicas = &n
		}
		return r
	})
}

// template is any pod of the service, also one with what no flag of ours writes.
func template(t *rapid.T, s rio.Service) corev1.PodTemplateSpec {
	word := rapid.StringMatching(`[a-z]{1,4}`)
	c := corev1.Container{
		Name:    s.Name,
		Image:   rapid.SampledFrom([]string{"nginx", "httpd:2.4", "registry.example.com/team/app@sha256:" + digest}).Draw(t, "image"),
		Command: rapid.SliceOfN(word, 0, 2).Draw(t, "command"),
		Args:    rapid.SliceOfN(rapid.String(), 0, 2).Draw(t, "args"),
		TTY:     rapid.Bool().Draw(t, "tty"),
	}
	for _, name := range rapid.SliceOfNDistinct(word, 0, 3, rapid.ID[string]).Draw(t, "env") {
		c.Env = append(c.Env, corev1.EnvVar{Name: name, Value: rapid.String().Draw(t, "value of "+name)})
	}
	for i, p := range s.Ports {
		target := rapid.Int32Range(1, 20_000).Draw(t, "target of "+p.Name()) + 20_000*int32(i) // no two the same
		c.Ports = append(c.Ports, corev1.ContainerPort{Name: p.Name(), ContainerPort: target, Protocol: p.Transport()})
	}
	if rapid.Bool().Draw(t, "asks for memory") {
		c.Resources.Requests = corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(strconv.FormatInt(rapid.Int64Range(0, 1<<40).Draw(t, "memory"), 10))}
	}
	pod := corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{c}}}
	if rapid.Bool().Draw(t, "scratch space") {
		pod.Spec.Volumes = []corev1.Volume{{Name: "scratch", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	}
	if i := rapid.IntRange(-2, 3).Draw(t, "config"); i >= 0 {
		c := copies(s)[i]
		pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{Name: "config-app", VolumeSource: source(c)})
	}
	pod.Labels = rapid.MapOfN(word, word, 0, 2).Draw(t, "labels")
	delete(pod.Labels, rio.LabelApp)
	if rapid.Bool().Draw(t, "in the mesh") {
		pod.Labels[rio.LabelInject] = "true"
	}
	pod.Annotations = rapid.MapOfN(word, rapid.String(), 0, 2).Draw(t, "annotations")
	for _, c := range copies(s) {
		if rio.Reads(&pod, c.Kind, c.Name) {
			rio.NoteSources(&pod, c.Kind, map[string]string{c.Name: c.Source})
		}
	}
	return pod
}

// copies are a service's of a config and a secret, at two times each.
func copies(s rio.Service) []rio.Config {
	var all []rio.Config
	for _, content := range []string{"one", "tw\xff"} {
		c := rio.Config{Kind: rio.KindConfigMap, Namespace: s.Namespace, Name: "app", Data: map[string][]byte{rio.ContentKey: []byte(content)}}
		all = append(all, c.Copy(s.Name))
		c.Kind, c.Type = rio.KindSecret, corev1.SecretTypeOpaque
		all = append(all, c.Copy(s.Name))
	}
	return all
}

func source(c rio.Config) corev1.VolumeSource {
	if c.Kind == rio.KindSecret {
		return corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: c.Name}}
	}
	return corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: c.Name}}}
}

const digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
