package cluster

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestFailureOf(t *testing.T) {
	waiting := func(reason, message string) corev1.PodStatus {
		return corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{
			{Name: "istio-proxy", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}},
			{Name: "foobar", Image: "ngnix", RestartCount: 4, State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}},
				LastTerminationState: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 2}}},
		}}
	}
	crash := waiting("CrashLoopBackOff", "back-off")
	first := crash
	first.ContainerStatuses = []corev1.ContainerStatus{{Name: "foobar", State: crash.ContainerStatuses[1].State}}
	for sentence, tc := range map[string]struct {
		status corev1.PodStatus
		want   *failure
	}{
		"all is well":                                {corev1.PodStatus{}, nil},
		"it is being made":                           {waiting("ContainerCreating", ""), nil},
		"its init containers run":                    {waiting("PodInitializing", ""), nil},
		"a pull failed, and is tried again":          {waiting("ErrImagePull", "no"), &failure{reason: "ErrImagePull", what: `image "ngnix": no`}},
		"the kubelet cannot make it":                 {waiting("CreateContainerError", "name is in use"), &failure{reason: "CreateContainerError", what: `container "foobar": name is in use`}},
		"its hook fails":                             {waiting("PostStartHookError", ""), &failure{reason: "PostStartHookError", what: `container "foobar"`}},
		"the kubelet gave up pulling":                {waiting("ImagePullBackOff", "no"), &failure{reason: "ImagePullBackOff", what: `image "ngnix" cannot be pulled; check the name`, final: true}},
		"an image that has no such name":             {waiting("InvalidImageName", ""), &failure{reason: "InvalidImageName", what: `image "ngnix" is not an image name`, final: true}},
		"an image that may not be pulled":            {waiting("ErrImageNeverPull", ""), &failure{reason: "ErrImageNeverPull", what: `image "ngnix" is not on the node, and --image-pull-policy never forbids to pull it`, final: true}},
		"a secret that is missing":                   {waiting("CreateContainerConfigError", `secret "x" not found`), &failure{reason: "CreateContainerConfigError", what: `container "foobar" cannot be started as configured: secret "x" not found`, final: true}},
		"a secret that the kubelet has not read yet": {waiting("CreateContainerConfigError", "failed to sync secret cache: timed out waiting for the condition"), &failure{reason: "CreateContainerConfigError", what: `container "foobar" cannot be started as configured: failed to sync secret cache: timed out waiting for the condition`}},
		"it crashes":                                 {crash, &failure{reason: "CrashLoopBackOff", what: `container "foobar" starts and ends again and again (exit 2, 4 restarts)`, final: true, logs: true}},
		"it crashes, nobody knows how":               {first, &failure{reason: "CrashLoopBackOff", what: `container "foobar" starts and ends again and again`, final: true, logs: true}},
		"no node has room": {corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: "PodScheduled", Status: "False", Reason: "Unschedulable", Message: "0/1 nodes"}}},
			&failure{reason: "Unschedulable: 0/1 nodes"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := failureOf(&corev1.Pod{Status: tc.status})
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(failure{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What helps takes nothing away: not what has served, and not a version that pods serve.
func TestRemedy(t *testing.T) {
	latest := rio.Ref{Namespace: "shop", Service: "foobar"}
	for sentence, tc := range map[string]struct {
		failure failure
		ref     rio.Ref
		earlier bool
		want    string
	}{
		"what crashes has logs":              {failure{logs: true}, latest.Of("v2"), false, "see: kubectl rio logs -n shop --previous foobar:v2"},
		"a first pod is looked into":         {failure{}, latest, false, "see: kubectl rio why -n shop foobar"},
		"a later one is taken back":          {failure{}, latest, true, "then go back: kubectl rio undo -n shop foobar"},
		"a revision has all its flags again": {failure{}, latest.Of("v2"), true, "see: kubectl rio why -n shop foobar:v2"},
	} {
		t.Run(sentence, func(t *testing.T) {
			tc.failure.what = "it broke"
			if got := WorkloadOf(tc.ref, "Deployment").failed(&tc.failure, tc.earlier).Error(); !strings.HasSuffix(got, "is not ready: it broke; "+tc.want) {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
	w := WorkloadOf(latest, "Deployment")
	w.Undoing = true // undo would only go on
	if got := w.failed(&failure{what: "it broke"}, true).Error(); !strings.HasSuffix(got, "it broke; see: kubectl rio why -n shop foobar") {
		t.Error(got)
	}
}
