package cli

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// store is an API server that keeps what it is given, and has nothing else.
type store struct {
	mu      sync.Mutex
	objects map[string]map[string]any // by path
	writes  []string                  // "METHOD path"
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	dry := r.URL.Query().Get("dryRun") != ""
	if r.Method != http.MethodGet && !dry {
		s.writes = append(s.writes, r.Method+" "+r.URL.Path)
	}
	w.Header().Set("Content-Type", "application/json")
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch o, there := s.objects[r.URL.Path]; {
	case r.Method == http.MethodPatch:
		o = map[string]any{}
		_ = json.NewDecoder(r.Body).Decode(&o)
		if !dry {
			s.objects[r.URL.Path] = o
		}
		_ = json.NewEncoder(w).Encode(o)
	case r.Method == http.MethodDelete:
		delete(s.objects, r.URL.Path)
		_ = json.NewEncoder(w).Encode(metav1.Status{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: "Success"})
	case there:
		_ = json.NewEncoder(w).Encode(o)
	case kinds[parts[len(parts)-1]] != "":
		s.list(w, r.URL.Path, kinds[parts[len(parts)-1]])
	default:
		w.WriteHeader(http.StatusNotFound)
		_ = json.NewEncoder(w).Encode(metav1.Status{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: "Failure", Code: 404, Reason: metav1.StatusReasonNotFound})
	}
}

// kinds that are listed, with their versions.
var kinds = map[string]string{
	"configmaps": "v1 ConfigMap", "secrets": "v1 Secret", "persistentvolumeclaims": "v1 PersistentVolumeClaim", "services": "v1 Service", "events": "v1 Event",
	"deployments": "apps/v1 Deployment", "statefulsets": "apps/v1 StatefulSet", "daemonsets": "apps/v1 DaemonSet",
	"virtualservices": "networking.istio.io/v1 VirtualService", "destinationrules": "networking.istio.io/v1 DestinationRule",
}

func (s *store) list(w http.ResponseWriter, path, kind string) {
	version, name, _ := strings.Cut(kind, " ")
	items := []any{}
	for p, o := range s.objects {
		meta, _ := o["metadata"].(map[string]any)
		labels, _ := meta["labels"].(map[string]any)
		_, volume := labels["rio.cattle.io/volume"]
		if strings.HasPrefix(p, path+"/") && (name != "ConfigMap" || !volume) {
			items = append(items, o)
		}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"apiVersion": version, "kind": name + "List", "metadata": map[string]any{}, "items": items})
}

// play runs commands one after the other against one store.
func play(t *testing.T, s *store, steps ...struct {
	args string
	want screen
}) {
	t.Helper()
	server := httptest.NewServer(s)
	defer server.Close()
	for _, step := range steps {
		if got := runAgainst(t, server.URL, strings.Fields(step.args)...); got != step.want {
			t.Errorf("%s\ngot  %d %q %q\nwant %d %q %q", step.args, got.Code, got.Out, got.Err, step.want.Code, step.want.Out, step.want.Err)
		}
	}
}

type step = struct {
	args string
	want screen
}

func newStore() *store {
	return &store{objects: map[string]map[string]any{"/api/v1/namespaces/shop": {
		"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": "shop"},
	}}}
}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAConfigsLife(t *testing.T) {
	one, two := file(t, "one"), file(t, "two")
	s := newStore()
	play(t, s,
		step{"config create site " + one + " --dry-run", screen{0, "shop:site (client dry run)\n", "+ configmap/site\n"}},
		step{"cat site", screen{1, "", "error: stack \"shop\" has no config \"site\"; see: kubectl rio config ls -n shop\n"}},
		step{"config create -q -l tier=front site " + one, screen{0, "shop:site\n", ""}},
		step{"config create site " + two, screen{1, "", "error: config \"site\" exists in stack \"shop\"; change it: kubectl rio config update -n shop site FILE\n"}},
		step{"cat site", screen{0, "one", ""}},
		step{"config cat shop:site", screen{0, "one", ""}},
		step{"config cat --key other site", screen{1, "", "error: config \"site\" has no key \"other\" (has content); name one with --key\n"}},
		step{"config ls -q", screen{0, "shop:site\n", ""}},
		step{"config -o jsonpath={.items[0].labels.tier}", screen{0, "front", ""}},
		step{"config create x " + one + " -o name", screen{0, "configmap/x\n", ""}},
		step{"config update site " + two, screen{0, "shop:site\n", ""}},
		step{"cat site x", screen{0, "twoone", ""}},
		step{"config update nobody " + two, screen{1, "", "error: stack \"shop\" has no config \"nobody\"; create it: kubectl rio config create -n shop nobody FILE\n"}},
		step{"config update --also foobar:v2 site " + two, screen{1, "", "error: stack \"shop\" has no service \"foobar\"; see: kubectl rio ps -n shop\n"}},
		step{"config update --also other/foobar:v2 site " + two, screen{2, "", "error: invalid --also \"other/foobar:v2\": config \"site\" is in stack \"shop\"\n"}},
		step{"config rm site nobody", screen{1, "shop:site\n", "error: stack \"shop\" has no config \"nobody\"; see: kubectl rio config ls -n shop\n"}},
		step{"config rm x", screen{0, "shop:x\n", ""}},
	)
	if len(s.objects) > 1 { // the stack's namespace
		t.Errorf("left over: %v", s.objects)
	}
}

func TestASecretIsNotSaid(t *testing.T) {
	s := newStore()
	play(t, s,
		step{"secret create db --from-literal user=rio --from-literal password=hush", screen{0, "shop:db\n", ""}},
		step{"secret update db --from-literal password=other --dry-run", screen{0, "shop:db (client dry run)\n", "~ secret/db\n    labels.rio.cattle.io/secret: + db\n"}},
		step{"secret --format {{.name}}{{.keys}}", screen{0, "db[password user]\n", ""}},
		step{"secret cat --key password db", screen{0, "hush", ""}},
		step{"secret cat db", screen{1, "", "error: secret \"db\" has no key \"\" (has password, user); name one with --key\n"}},
		step{"secret create pull --docker-server r.example.com --docker-username me --docker-password hush", screen{0, "shop:pull\n", ""}},
		step{"secret cat pull", screen{0, `{"auths":{"r.example.com":{"username":"me","password":"hush","auth":"bWU6aHVzaA=="}}}`, ""}},
		step{"secret rm db pull", screen{0, "shop:db\nshop:pull\n", ""}},
	)
}

func TestAVolumesLife(t *testing.T) {
	s := newStore()
	play(t, s,
		step{"volume create -d default data 2", screen{0, "shop:data\n", ""}},
		step{"volume create data 1", screen{1, "", "error: volume \"data\" exists in stack \"shop\" (2 GB); choose another name, or remove it: kubectl rio volume rm -n shop data\n"}},
		step{"volume create -t each 1 -o name", screen{0, "configmap/volume-template-each\n", ""}},
		step{"volume --format {{.name}}:{{.sizeInGb}}:{{.state}}", screen{0, "data:2:pending\n", ""}},
		step{"volume rm each nobody", screen{1, "shop:each\n", "error: stack \"shop\" has no volume \"nobody\"; see: kubectl rio volume ls -n shop\n"}},
		step{"volume rm --force data", screen{0, "shop:data\n", ""}},
	)
	for path := range s.objects {
		if strings.Contains(path, "/namespaces/shop/") {
			t.Errorf("left over: %s", path)
		}
	}
}

// What the history says of a command holds no secret.
func TestCommandLineHidesSecrets(t *testing.T) {
	root := NewRootCmd(NewOptions(genericiooptions.NewTestIOStreamsDiscard()))
	cmd, args, err := root.Find(strings.Fields("secret update db --from-literal password=hush --docker-password hush"))
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	if got, want := commandLine(cmd, cmd.Flags().Args()), "secret update db"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
