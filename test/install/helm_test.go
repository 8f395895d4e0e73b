package install

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
)

// theirNamespace is where somebody else has Istio.
const theirNamespace = "rio-test-mesh"

// helm is for the releases of a namespace.
func (p player) helm(namespace string) *action.Configuration {
	p.t.Helper()
	flags := genericclioptions.NewConfigFlags(false)
	flags.KubeConfig, flags.Namespace = &p.kubectl.Kubeconfig, &namespace
	config := new(action.Configuration)
	if err := config.Init(flags, namespace, "secrets", func(string, ...any) {}); err != nil {
		p.t.Fatal(err)
	}
	return config
}

// cmdChart puts the release rio on a chart of another version, as a plugin of that version
// would have done.
func cmdChart(ts *testscript.TestScript, neg bool, args []string) {
	lab.Need(ts, !neg && len(args) == 1, "chart VERSION")
	rio, err := loader.Load(filepath.Join("..", "..", "charts", "rio"))
	ts.Check(err)
	rio.Metadata.Version = args[0]
	s := storyOf(ts)
	u := action.NewUpgrade(s.helm("rio-system"))
	u.Namespace, u.ResetThenReuseValues = "rio-system", true
	_, err = u.RunWithContext(s.t.Context(), "rio", rio, nil)
	ts.Check(err)
	ts.Check(ts.Exec("kubectl", "rollout", "status", "-n", "rio-system", "deployment/rio-lb", "--timeout=60s"))
}

// cmdIstio installs Istio as another team would: with Helm, in a namespace of its own.
func cmdIstio(ts *testscript.TestScript, neg bool, args []string) {
	lab.Need(ts, !neg && len(args) <= 1, "istio [REVISION]")
	s := storyOf(ts)
	config := s.helm(theirNamespace)
	if s.removeTheirs != nil {
		s.removeTheirs()
		s.removeTheirs = nil
	}
	if len(args) == 0 {
		return
	}
	s.removeTheirs = sync.OnceFunc(func() { s.uninstallTheirs(config) }) // at the end of the story, if not before
	file, err := os.ReadFile(os.Getenv("RIO_ISTIO_VALUES"))
	ts.Check(err)
	for _, part := range []string{"base", "istiod"} {
		c, err := loader.Load(filepath.Join(os.Getenv("RIO_ISTIO_CHARTS"), part))
		ts.Check(err)
		s.installTheirs(ts, config, c, file, args[0])
	}
	ts.Check(ts.Exec("kubectl", "rollout", "status", "-n", theirNamespace, "deployment/istiod-"+args[0], "--timeout=60s"))
	// Its last write, once it has seen that it refuses what is wrong.
	ts.Check(ts.Exec("kubectl", "wait", "validatingwebhookconfiguration", "istio-validator-"+args[0]+"-"+theirNamespace,
		"--for=jsonpath={.webhooks[0].failurePolicy}=Fail", "--timeout=60s"))
}

func (s *story) uninstallTheirs(config *action.Configuration) {
	var problems []error
	for _, name := range []string{"their-istiod", "their-base"} {
		_, err := action.NewUninstall(config).Run(name)
		problems = append(problems, err)
	}
	for _, command := range []string{
		"kubectl get crds -o name | grep istio.io | xargs kubectl delete",
		"kubectl delete namespace " + theirNamespace,
		"kubectl delete configmaps -A -l istio.io/config=true",
	} {
		problems = append(problems, s.kubectl.Command(context.Background(), "sh", "-c", command).Run())
	}
	if err := errors.Join(problems...); err != nil {
		s.t.Errorf("take their Istio away: %v", err)
	}
}

func (s *story) installTheirs(ts *testscript.TestScript, config *action.Configuration, c *chart.Chart, file []byte, revision string) {
	values := map[string]any{}
	if c.Name() == "istiod" {
		ts.Check(yaml.Unmarshal(file, &values))
		values["revision"] = revision
	}
	global, _ := values["global"].(map[string]any)
	if global == nil {
		global = map[string]any{}
		values["global"] = global
	}
	global["istioNamespace"] = theirNamespace
	i := action.NewInstall(config)
	i.ReleaseName, i.Namespace, i.CreateNamespace = "their-"+c.Name(), theirNamespace, true
	_, err := i.RunWithContext(s.t.Context(), c, values)
	ts.Check(err)
}
