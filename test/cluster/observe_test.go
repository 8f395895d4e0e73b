package cluster

import (
	"os/exec"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
)

// cmdAnalyze leaves a cluster without istioctl to Istio's own webhook, which has judged
// every object when it was written; the sandbox has istioctl.
func cmdAnalyze(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 0, "analyze")
	if _, err := exec.LookPath("istioctl"); err != nil && !lab.Sandbox() {
		ts.Logf("no istioctl on PATH: what is written was judged by Istio's webhook only")
		return
	}
	err := ts.Exec("istioctl", "analyze", "-n", ts.Getenv("NS"), "--failure-threshold", "Warning", "--color=false")
	if out := ts.ReadFile("stdout") + ts.ReadFile("stderr"); err != nil || strings.Contains(out, "Warning [") || strings.Contains(out, "Error [") {
		ts.Fatalf("istioctl analyze: %v\n%s", err, out)
	}
}

// cmdMark remembers what there is.
func cmdMark(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 0, "mark")
	s := storyOf(ts)
	s.before = written(ts)
	var err error
	s.mark, err = lab.AuditSize()
	ts.Check(err)
}

// cmdSame compares with the mark.
func cmdSame(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 0, "same")
	if before, now := storyOf(ts).before, written(ts); now != before {
		ts.Fatalf("what is in the stack has changed: before\n%safter\n%s", before, now)
	}
}

// cmdNoWrites is cmdSame, and on the sandbox it asks the API server's audit log, which
// has every attempt. Negated, it wants to see there what was written.
func cmdNoWrites(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 0, "[!] nowrites")
	writes, err := lab.WritesSince(storyOf(ts).mark, ts.Getenv("NS"))
	ts.Check(err)
	if neg {
		if len(writes) == 0 && lab.Sandbox() {
			ts.Fatalf("the audit log has nothing of what was written since the mark")
		}
		return
	}
	cmdSame(ts, neg, args)
	if len(writes) > 0 {
		ts.Fatalf("written since the mark: %s", strings.Join(writes, ", "))
	}
}

// theirs is an annotation that Kubernetes writes, a moment after a Deployment is.
const theirs = "deployment.kubernetes.io/revision"

// written is each object of the kinds that rio writes, with what changes when its spec does,
// and its labels and annotations.
func written(ts *testscript.TestScript) string {
	ns := ts.Getenv("NS")
	ts.Check(ts.Exec("kubectl", "get", "namespace", ns, "--ignore-not-found", "-o", "name"))
	found := ts.ReadFile("stdout")
	ts.Check(ts.Exec("kubectl", "get", "deployments,services,destinationrules,virtualservices", "-n", ns, "--sort-by={.metadata.name}",
		"-o", `go-template={{range .items}}{{.kind}}/{{.metadata.name}} {{.metadata.uid}} {{.metadata.generation}}{{range $k, $v := .metadata.labels}} {{$k}}={{$v}}{{end}}`+
			`{{range $k, $v := .metadata.annotations}}{{if ne $k "`+theirs+`"}} {{$k}}={{$v}}{{end}}{{end}}{{"\n"}}{{end}}`))
	return found + ts.ReadFile("stdout")
}
