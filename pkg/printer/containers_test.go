package printer_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// pod is one of foobar as the walk-through shows it, with Istio's proxy beside it.
func pod() corev1.Pod {
	return corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "default", Name: "foobar-f6985f578-schpv", CreationTimestamp: metav1.NewTime(now.Add(-2 * time.Minute)),
			Labels: rio.Labels(rio.Ref{Namespace: "default", Service: "foobar"}),
		},
		Spec: corev1.PodSpec{
			NodeName:       "docker-for-desktop",
			InitContainers: []corev1.Container{{Name: "istio-init", Image: "istio/proxyv2"}, {Name: "istio-proxy", Image: "istio/proxyv2"}, {Name: "migrate", Image: "flyway"}},
			Containers:     []corev1.Container{{Name: "helper", Image: "busybox"}, {Name: "foobar", Image: "nginx"}},
		},
		Status: corev1.PodStatus{
			PodIP: "10.1.3.58",
			InitContainerStatuses: []corev1.ContainerStatus{
				{Name: "istio-init", State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed"}}},
				{Name: "istio-proxy", Ready: true, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}},
				{Name: "migrate", State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Error", Message: "exit 2"}}},
			},
			ContainerStatuses: []corev1.ContainerStatus{
				{Name: "foobar", Ready: true, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}},
				{Name: "helper", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}},
			},
		},
	}
}

func TestContainerTable(t *testing.T) {
	simple := pod()
	simple.Spec.InitContainers, simple.Spec.Containers = nil, simple.Spec.Containers[1:]
	v2 := simple
	v2.Name, v2.Labels = "foobar-v2-7c9b5d6f4-x2x9k", rio.Labels(rio.Ref{Namespace: "default", Service: "foobar", Revision: "v2"})
	for sentence, tc := range map[string]struct {
		pods      []corev1.Pod
		namespace string
		all       bool
		want      string
	}{
		"the walk-through's": {[]corev1.Pod{simple}, "default", false, "" +
			"NAME                     IMAGE     CREATED         NODE                 IP          STATE     DETAIL\n" +
			"foobar/f6985f578-schpv   nginx     2 minutes ago   docker-for-desktop   10.1.3.58   running   \n"},
		"nothing": {nil, "default", false, "" +
			"NAME      IMAGE     CREATED   NODE      IP        STATE     DETAIL\n"},
		"a pod of a revision, from another stack": {[]corev1.Pod{v2}, "shop", false, "" +
			"NAME                                IMAGE     CREATED         NODE                 IP          STATE     DETAIL\n" +
			"default/foobar:v2/7c9b5d6f4-x2x9k   nginx     2 minutes ago   docker-for-desktop   10.1.3.58   running   \n"},
		"Istio's containers are not shown": {[]corev1.Pod{pod()}, "default", false, "" +
			"NAME                             IMAGE     CREATED         NODE                 IP          STATE        DETAIL\n" +
			"foobar/f6985f578-schpv/migrate   flyway    2 minutes ago   docker-for-desktop   10.1.3.58   terminated   Error: exit 2\n" +
			"foobar/f6985f578-schpv/helper    busybox   2 minutes ago   docker-for-desktop   10.1.3.58   notready     \n" +
			"foobar/f6985f578-schpv           nginx     2 minutes ago   docker-for-desktop   10.1.3.58   running      \n"},
		"unless all are asked for": {[]corev1.Pod{pod()}, "default", true, "" +
			"NAME                                 IMAGE           CREATED         NODE                 IP          STATE        DETAIL\n" +
			"foobar/f6985f578-schpv/istio-init    istio/proxyv2   2 minutes ago   docker-for-desktop   10.1.3.58   terminated   Completed\n" +
			"foobar/f6985f578-schpv/istio-proxy   istio/proxyv2   2 minutes ago   docker-for-desktop   10.1.3.58   running      \n" +
			"foobar/f6985f578-schpv/migrate       flyway          2 minutes ago   docker-for-desktop   10.1.3.58   terminated   Error: exit 2\n" +
			"foobar/f6985f578-schpv/helper        busybox         2 minutes ago   docker-for-desktop   10.1.3.58   notready     \n" +
			"foobar/f6985f578-schpv               nginx           2 minutes ago   docker-for-desktop   10.1.3.58   running      \n"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var b bytes.Buffer
			if err := printer.ContainerTable(&b, printer.Containers(tc.pods, tc.namespace, tc.all), now); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestContainerStates(t *testing.T) {
	status := func(s corev1.ContainerState) corev1.PodStatus {
		return corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{Name: "foobar", State: s}}}
	}
	for sentence, tc := range map[string]struct {
		status        corev1.PodStatus
		state, detail string
	}{
		"nothing is known":      {corev1.PodStatus{}, "unknown", ""},
		"a state that is none":  {status(corev1.ContainerState{}), "unknown", ""},
		"it waits for an image": {status(corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff", Message: "no such image"}}), "waiting", "ImagePullBackOff: no such image"},
		"it ended":              {status(corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "OOMKilled"}}), "terminated", "OOMKilled"},
		"it was evicted":        {corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Evicted", Message: "low on memory"}, "terminated", "Evicted: low on memory"},
		"no node was found yet": {corev1.PodStatus{Phase: corev1.PodPending}, "pending", ""},
		"there is no node for it": {corev1.PodStatus{Phase: corev1.PodPending, Conditions: []corev1.PodCondition{
			{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: "0/3 nodes are available"},
		}}, "pending", "Unschedulable: 0/3 nodes are available"},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := pod()
			p.Spec.InitContainers, p.Spec.Containers, p.Status = nil, p.Spec.Containers[1:], tc.status
			got := printer.Containers([]corev1.Pod{p}, "default", false)[0]
			if got.State != tc.state || got.Detail != tc.detail {
				t.Errorf("%s, %q; want %s, %q", got.State, got.Detail, tc.state, tc.detail)
			}
		})
	}
}

func TestContainerNames(t *testing.T) {
	if diff := cmp.Diff([]string{"migrate", "helper", "foobar"}, printer.ContainerNames(pod(), false)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"istio-init", "istio-proxy", "migrate", "helper", "foobar"}, printer.ContainerNames(pod(), true)); diff != "" {
		t.Error(diff)
	}
}

// columns reads a table as scripts do: by where its headers begin.
func columns(table string) []map[string]string {
	lines := strings.Split(strings.TrimSuffix(table, "\n"), "\n")
	var rows []map[string]string
	for _, line := range lines {
		row := map[string]string{}
		header := lines[0]
		for name := range strings.FieldsSeq(header) {
			from := strings.Index(header, name)
			to := from + len(name)
			for to < len(header) && header[to] == ' ' {
				to++
			}
			if to == len(header) {
				to = len(line)
			}
			row[name] = strings.TrimSpace(line[from:to])
		}
		rows = append(rows, row)
	}
	return rows
}

// Containers that kubectl debug has added are listed among all, with their state.
func TestContainersOfKubectlDebug(t *testing.T) {
	p := pod()
	p.Spec.InitContainers, p.Spec.Containers = nil, p.Spec.Containers[1:]
	p.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debugger"}}}
	p.Status.EphemeralContainerStatuses = []corev1.ContainerStatus{{Name: "debugger", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}}
	if got := printer.ContainerNames(p, false); len(got) != 1 {
		t.Errorf("without all there are %q", got)
	}
	list := printer.Containers([]corev1.Pod{p}, "default", true)
	if len(list) != 2 || list[1].Name != "foobar/f6985f578-schpv/debugger" || list[1].State != "running" {
		t.Errorf("got %+v", list)
	}
}
