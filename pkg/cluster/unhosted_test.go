package cluster

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A host that somebody took away is not waited for until it is written again.
func TestAHostThatIsGoneIsNotWaitedFor(t *testing.T) {
	s := foobar()
	s.Ports = append(s.Ports, rio.Port{Number: 443, Protocol: "https", Publish: true})
	v2 := s.Revisions[0]
	v2.Name, v2.Weight = "v2", 0
	s.Put(v2)
	all := manifest.Render(s)
	preview := func(o manifest.Object) bool {
		return manifest.Kind(o) == manifest.KindVirtualService && o.GetName() == "foobar-v2"
	}
	edited := slices.Clone(all)
	for i, o := range edited {
		if vs, ok := o.(*istio.VirtualService); ok && vs.Name == "foobar" {
			vs = vs.DeepCopy()
			vs.Spec.Hosts = vs.Spec.Hosts[:1]
			edited[i] = vs
		}
	}
	for sentence, c := range map[string]struct {
		objects []manifest.Object
		want    []string // hosts that are waited for
	}{
		"all is there":                  {all, []string{"foobar-v2", "foobar"}},
		"a preview's route was deleted": {slices.DeleteFunc(slices.Clone(all), preview), []string{"foobar"}},
		"the host was taken out":        {edited, []string{"foobar-v2"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			now := s.Clone()
			now.Unhosted = manifest.Unhosted(s, c.objects)
			var hosts, streams []string
			for host := range publicSplits(now) {
				hosts = append(hosts, host)
			}
			for _, s := range publicStreams(now) {
				streams = append(streams, s.name)
			}
			var want []string
			for _, name := range c.want {
				want = append(want, name+".default.example.com")
			}
			slices.Sort(hosts)
			slices.Sort(streams)
			if diff := cmp.Diff(want, hosts) + cmp.Diff(want, streams); diff != "" {
				t.Error(diff)
			}
			for _, o := range all {
				now = manifest.Routed(now, o)
			}
			if len(now.Unhosted) > 0 {
				t.Errorf("still without a host when all is written: %v", now.Unhosted)
			}
		})
	}
}
