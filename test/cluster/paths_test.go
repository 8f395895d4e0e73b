package cluster

import (
	"context"
	"time"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

// path is a way to release under load on which no request may be lost. It begins with the
// service foobar, two pods of echo:v1.
type path struct {
	name  string
	short bool // it is played without RIO_SOAK=1 too
	play  func(*release)
	naive func(ctx context.Context, k lab.Kubectl, host string, load *traffic.Run) error // the same as many people do it; nil: nobody does
}

const settle = 2 * time.Second

// paths are those of TestPaths.
var paths = []path{
	{"run, stage, weight 5, 25, 50, 100%, promote, undo, rm", false, wholeRelease, releaseNaively},
	{"undo", false, undoRelease,
		func(ctx context.Context, k lab.Kubectl, _ string, load *traffic.Run) error {
			return lab.UndoNaively(ctx, k, "echo:v2", load, settle)
		}},
	{"image changed in mid-canary, abort, retry", true, changeImage,
		func(ctx context.Context, k lab.Kubectl, host string, load *traffic.Run) error {
			return lab.ChangeNaively(ctx, k, host, [3]string{"echo:v1", "echo:v2", "echo:v3"}, load, settle)
		}},
	{"third revision staged meanwhile", false, thirdRevision, nil},
	{"istiod restarted during weight", true, restartIstiod, nil},
	{"scale up and down", false, scaleUpAndDown, nil},
	{"autoscaler acts in mid-canary", false, autoscale, nil},
	{"gradual, with gates", false, releaseGradually, nil},
	{"promote killed three times, finished", false, killAndFinish, nil},
	{"promote killed, undone", false, killAndUndo, nil},
	{"gateway pod replaced during weight", false, replaceGateway, nil},
}

func releaseNaively(ctx context.Context, k lab.Kubectl, host string, load *traffic.Run) error {
	return lab.ReleaseNaively(ctx, k, host, "echo:v1", "echo:v2", load, settle)
}

func wholeRelease(r *release) {
	r.holds("v1", 100)
	r.do("stage", "--image", "echo:v2", "foobar:v2")
	r.holds("v2", 0)
	for _, percent := range []int{5, 25, 50, 100} {
		r.weight("v2", percent)
		r.holds("v2", percent)
	}
	r.do("promote", "foobar:v2")
	r.holds("v2", 100)
	r.do("undo", "foobar")
	r.holds("v1", 100)
	r.do("stage", "--image", "echo:v3", "--weight", "10%", "foobar:v3")
	r.holds("v3", 10)
	r.do("rm", "--force", "foobar:v3")
	r.holds("v1", 100)
}

func undoRelease(r *release) {
	r.do("stage", "--image", "echo:v2", "foobar:v2")
	r.weight("v2", 30)
	r.holds("v2", 30)
	r.do("promote", "foobar:v2")
	r.holds("v2", 100)
	r.do("undo", "foobar")
	r.holds("v1", 100)
}

// changeImage is where Argo Rollouts 1.10 lost 60 of 34,217 requests on this cluster.
func changeImage(r *release) {
	r.do("stage", "--image", "echo:v2", "--weight", "20%", "foobar:v2")
	r.holds("v2", 20)
	r.do("stage", "--image", "echo:v3", "--weight", "20%", "foobar:v2")
	r.holds("v3", 20)
	r.do("abort", "foobar")
	r.holds("v1", 100)
	r.weight("v2", 50)
	r.holds("v3", 50)
	r.do("promote", "foobar:v2")
	r.holds("v3", 100)
}

func thirdRevision(r *release) {
	r.do("stage", "--image", "echo:v2", "--weight", "20%", "foobar:v2")
	r.do("stage", "--image", "echo:v3", "--weight", "10%", "foobar:v3")
	r.holds("v3", 10)
	r.weight("v2", 40)
	r.holds("v2", 40)
	r.do("promote", "foobar:v2")
	r.holds("v3", 10)
	r.do("abort", "foobar")
	r.do("rm", "foobar:v3")
	r.holds("v2", 100)
}

// restartIstiod shifts while the new istiod comes and the old one goes. Others on this
// cluster hardly see it.
func restartIstiod(r *release) {
	r.do("stage", "--image", "echo:v2", "foobar:v2")
	r.kube("rollout", "restart", "-n", "istio-system", "deployment/istiod")
	r.weight("v2", 30)
	r.holds("v2", 30)
	r.weight("v2", 60)
	r.kube("rollout", "status", "-n", "istio-system", "deployment/istiod", "--timeout=120s")
	r.holds("v2", 60)
	r.weight("v2", 10)
	r.holds("v2", 10)
}

func scaleUpAndDown(r *release) {
	r.do("stage", "--image", "echo:v2", "--weight", "50%", "foobar:v2")
	for _, size := range []string{"foobar=5", "foobar:v2=4", "foobar=1", "foobar:v2=1"} {
		r.do("scale", size)
		r.holds("v2", 50)
	}
}

// autoscale has an autoscaler whose bounds are moved, which acts without any metrics.
func autoscale(r *release) {
	r.do("stage", "--image", "echo:v2", "--weight", "30%", "foobar:v2")
	for _, name := range []string{"foobar", "foobar-v2"} {
		r.kube("autoscale", "deployment", name, "--min=3", "--max=3", "--cpu=80%")
	}
	r.pods("foobar-v2", 3)
	r.holds("v2", 30)
	r.weight("v2", 60)
	for _, name := range []string{"foobar", "foobar-v2"} {
		r.kube("patch", "hpa", name, "--type=merge", "-p", `{"spec": {"minReplicas": 2, "maxReplicas": 2}}`)
	}
	r.pods("foobar-v2", 2)
	r.holds("v2", 60)
	r.do("promote", "foobar:v2")
	r.holds("v2", 100)
}

func releaseGradually(r *release) {
	r.do("stage", "--image", "echo:v2", "foobar:v2")
	r.do("weight", "foobar:v2=75%", "--step", "25", "--every", "6s", "--abort-if", "errors>1%", "--abort-if", "p95>5s", "--min-requests", "100")
	r.holds("v2", 75)
	r.do("promote", "--gradual", "--step", "25", "--every", "4s", "--abort-if", "errors>1%", "foobar:v2")
	r.holds("v2", 100)
}

// What shows that a promotion of v2 is in its midst.
var (
	noted  = []string{"get", "virtualservice", "foobar", "-o", `jsonpath={.metadata.annotations.rio\.cattle\.io/promoting}`}
	rolls  = []string{"get", "deployment", "foobar", "-o", `jsonpath={.spec.template.spec.containers[?(@.image=="echo:v2")].image}`}
	shifts = []string{"get", "virtualservice", "foobar", "-o", `jsonpath={.spec.http[0].route[?(@.destination.subset=="latest")].weight}`}
)

func killAndFinish(r *release) {
	r.do("stage", "--image", "echo:v2", "--weight", "20%", "foobar:v2")
	r.killed("promote foobar:v2", noted)
	r.killed("promote foobar:v2", rolls)
	r.killed("promote foobar:v2", shifts)
	r.do("promote", "foobar:v2")
	r.holds("v2", 100)
}

func killAndUndo(r *release) {
	r.do("stage", "--image", "echo:v2", "--weight", "20%", "foobar:v2")
	r.killed("promote foobar:v2", rolls)
	r.do("undo", "foobar")
	r.holds("v2", 20)
}

// replaceGateway takes away the only way in that there is: the sandbox's gateway has its
// node's port, so a new pod begins when the old one has ended. That nothing answers then is
// counted apart, since no client of the cluster could be served by anybody. What is tested
// is that the command outlasts it, and that whatever is answered is answered well.
func replaceGateway(r *release) {
	r.do("stage", "--image", "echo:v2", "foobar:v2")
	r.away()
	r.kube("delete", "pod", "-n", "rio-system", "-l", "gateway=external", "--wait=false")
	r.rio("weight", "foobar:v2=30%")
	r.back()
	r.holds("v2", 30)
	r.weight("v2", 60)
	r.holds("v2", 60)
}
