package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

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
		step{"secret update db --from-literal password=other --dry-run", screen{0, "shop:db (client dry run)\n", "~ secret/db\n    data.password: *** -> ***\n"}},
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
		step{"volume --format {{.name}}:{{.sizeInGb}}:{{.state}}", screen{0, "data:2:pending\neach:1:active\n", ""}},
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
