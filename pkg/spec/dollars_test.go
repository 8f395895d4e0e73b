package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// expand is what the kubelet makes of a text where A is a variable: Expand of
// https://github.com/kubernetes/kubernetes/blob/v1.37.2/third_party/forked/golang/expansion/expand.go
func expand(text string) string {
	var out strings.Builder
	for text != "" {
		name, after, closed := strings.Cut(text, ")")
		switch {
		case strings.HasPrefix(text, "$$"):
			out.WriteByte('$')
			text = text[2:]
			continue
		case strings.HasPrefix(text, "$(") && closed:
			if name == "$(A" {
				out.WriteString("value")
			} else {
				out.WriteString(name + ")")
			}
			text = after
			continue
		}
		out.WriteByte(text[0])
		text = text[1:]
	}
	return out.String()
}

// told is a container to which a text is given in each place that the kubelet expands.
func told(text string) spec.Container {
	return spec.Container{
		Image: "nginx", Entrypoint: []string{text}, Command: []string{"x", text}, Environment: []string{"V=" + text},
		Healthcheck: &spec.Healthcheck{Test: []string{"CMD", text}}, Readycheck: &spec.Healthcheck{Test: []string{"CMD-SHELL", text}},
	}
}

// texts are those of a pod, as its container has them.
func texts(k corev1.Container) []string {
	return []string{k.Command[0], k.Args[1], k.Env[0].Value, k.LivenessProbe.Exec.Command[0], k.ReadinessProbe.Exec.Command[2]}
}

func TestDollarsComeAsTheyAreWritten(t *testing.T) {
	for text, want := range map[string]string{
		"a$$b": "a$$b", "$": "$", "$$": "$$", "$$$x$$$": "$$$x$$$", "kill $$; echo $(date) $HOME": "kill $$; echo $(date) $HOME",
		"$(A)": "value", "x-$(A)$$": "x-value$$", "$$(A)": "$(A)", "$$$(A)": "$value", "$$(A $$)": "$(A $$)", "$(echo $$)$$": "$(echo $$)$$", "$$(": "$$(",
	} {
		pod := template(t, spec.Revision{Container: told(text)})
		for _, written := range texts(pod.Spec.Containers[0]) {
			if got := expand(written); got != want {
				t.Errorf("%q is written %q, and is %q in the container, want %q", text, written, got, want)
			}
		}
	}
}

func TestDollarsAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`([$]{0,4}[(]?(A|b| |[$])?[)]?){1,4}x`).Draw(t, "text")
		said := told(text)
		pod := template(t, spec.Revision{Container: said})
		got := spec.FromTemplate(pod, nil)
		got.Healthcheck, got.Readycheck = &spec.Healthcheck{Test: got.Healthcheck.Test}, &spec.Healthcheck{Test: got.Readycheck.Test}
		if diff := cmp.Diff(said, got.Container); diff != "" {
			t.Fatal(diff)
		}
		// What others wrote is another text, and comes to the same.
		k := &pod.Spec.Containers[0]
		k.Command, k.Args, k.Env = []string{text}, []string{"x", text}, []corev1.EnvVar{{Name: "V", Value: text}}
		k.LivenessProbe.Exec.Command, k.ReadinessProbe.Exec.Command = []string{text}, []string{"sh", "-c", text}
		for _, again := range texts(template(t, spec.FromTemplate(pod, nil)).Spec.Containers[0]) {
			if expand(again) != expand(text) {
				t.Fatalf("%q is written again as %q: %q instead of %q", text, again, expand(again), expand(text))
			}
		}
	})
}

// What another tool wrote may look like a value to fill in, and the kubelet leaves it as it is.
func TestTextOfOthersIsNoReference(t *testing.T) {
	for _, text := range []string{"$(team/cpu)", "at $(a/b/memory) and $(self/x)", "$$$(limits/none)"} {
		pod := template(t, spec.Revision{Container: spec.Container{Image: "nginx"}})
		pod.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "V", Value: text}}
		again := template(t, spec.FromTemplate(pod, nil)).Spec.Containers[0].Env[0]
		if again.ValueFrom != nil || expand(again.Value) != expand(text) {
			t.Errorf("%q is written again as %q, %v", text, again.Value, again.ValueFrom)
		}
	}
}

// The node's own domains are not the cluster's: where a pod has its server, there is room for more.
func TestRoomForDomainsIsThatOfThePod(t *testing.T) {
	domains := make([]string, 31)
	for i := range domains {
		domains[i] = fmt.Sprintf("d%d.example.com", i)
	}
	pod := template(t, spec.Revision{Container: spec.Container{Image: "nginx"}, Pod: spec.Pod{DNS: []string{"host"}}})
	if err := (spec.Revision{Pod: spec.Pod{DNSSearch: domains}}).Overlay(&pod); err != nil {
		t.Error(err)
	}
}
