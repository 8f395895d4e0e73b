package cluster

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestMergeTakesOneNamespaceAfterTheOther(t *testing.T) {
	for sentence, tc := range map[string]struct {
		lists [][]string
		want  [][]string // namespaces of each part
		err   error
	}{
		"nothing":                     {lists: [][]string{nil, nil}},
		"one list":                    {lists: [][]string{{"a", "a", "b"}}, want: [][]string{{"a", "a"}, {"b"}}},
		"what two have together":      {lists: [][]string{{"a", "c"}, {"a", "b", "c", "c"}}, want: [][]string{{"a", "a"}, {"b"}, {"c", "c", "c"}}},
		"one has more":                {lists: [][]string{{"a"}, {"b"}, {"a", "b", "c"}}, want: [][]string{{"a", "a"}, {"b", "b"}, {"c"}}},
		"a hyphen is before a slash":  {lists: [][]string{{"a-b", "a", "ab"}, {"a"}}, want: [][]string{{"a-b"}, {"a", "a"}, {"ab"}}},
		"a list in no order":          {lists: [][]string{{"b", "a"}, {"a"}}, want: [][]string{{"a"}, {"b"}}, err: errUnordered},
		"one that comes back":         {lists: [][]string{{"a", "b", "a"}}, want: [][]string{{"a"}, {"b"}}, err: errUnordered},
		"one by names without a mark": {lists: [][]string{{"a", "a-b"}}, want: [][]string{{"a"}}, err: errUnordered},
	} {
		t.Run(sentence, func(t *testing.T) {
			var queues []chan manifest.Object
			for _, list := range tc.lists {
				queue := make(chan manifest.Object, len(list))
				for _, namespace := range list {
					o := &corev1.Service{}
					o.Namespace = namespace
					queue <- o
				}
				close(queue)
				queues = append(queues, queue)
			}
			var got [][]string
			err := merge(queues, func(live []manifest.Object) {
				var part []string
				for _, o := range live {
					part = append(part, o.GetNamespace())
				}
				got = append(got, part)
			})
			if !errors.Is(err, tc.err) || (err == nil) != (tc.err == nil) {
				t.Errorf("error %v, want %v", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever order a server lists in, the services are the same, and each is whole.
func TestListOfAllNamespaces(t *testing.T) {
	var deployments, services, routes []any
	for _, namespace := range []string{"shop-a", "shop", "test"} {
		s := foobar()
		s.Namespace = namespace
		if namespace == "test" { // the others are short of pods, so these are looked at
			s.Revisions[0].Replicas = new(int32)
		}
		for _, o := range manifest.Render(s) {
			encoded := stored(t, o, func(map[string]any) {})
			switch manifest.Kind(o) {
			case manifest.KindDeployment:
				deployments = append(deployments, encoded)
			case manifest.KindService:
				services = append(services, encoded)
			case manifest.KindVirtualService:
				routes = append(routes, encoded)
			}
		}
	}
	read := func() []rio.Service {
		c, _ := with(t, map[string]answer{
			"GET /apis/apps/v1/deployments":                    {200, listOf("apps/v1", "Deployment", deployments...)},
			"GET /api/v1/services":                             {200, listOf("v1", "Service", services...)},
			"GET /apis/networking.istio.io/v1/virtualservices": {200, listOf("networking.istio.io/v1", "VirtualService", routes...)},
			"GET /api/v1/pods":                                 {200, listOf("v1", "Pod")},
		})
		all, err := c.List(t.Context(), "", labels.Everything())
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	inOrder := read()
	slices.Reverse(deployments)
	slices.Reverse(routes)
	if diff := cmp.Diff(inOrder, read()); diff != "" {
		t.Error(diff)
	}
	var names []string
	for _, s := range inOrder {
		names = append(names, s.Namespace)
		if len(s.Ports) == 0 || len(s.Revisions) != len(foobar().Revisions) || s.Domain == "" {
			t.Errorf("%s has %d revisions, ports %v, domain %q", s.Namespace, len(s.Revisions), s.Ports, s.Domain)
		}
	}
	if diff := cmp.Diff([]string{"shop", "shop-a", "test"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestAListThatFailsIsSaid(t *testing.T) {
	c, _ := with(t, map[string]answer{"GET /api/v1/services": {403, status(403, "Forbidden", "no", nil)}})
	if _, err := c.List(t.Context(), "", labels.Everything()); err == nil {
		t.Error("no error")
	}
}
