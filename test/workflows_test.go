package test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// The image that the chart names is where a release is pushed to, by a name that Docker Hub gives:
// 4 to 30 small letters and digits, https://docs.docker.com/accounts/create-account/
func TestTheChartNamesAnImageThatCanBe(t *testing.T) {
	for file, words := range map[string]string{
		"../charts/rio/templates/_helpers.tpl": `printf "([a-z0-9]{4,30})/rio-webhook:%s"`,
		"../CONTRIBUTING.md":                   "`REGISTRY` `docker\\.io/(kubectlrio)`",
	} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := regexp.MustCompile(words).FindStringSubmatch(string(content)); found == nil || found[1] != "kubectlrio" {
			t.Errorf("%s: found %q, want %s", file, found, words)
		}
	}
}

// workflow is what is checked of one.
type workflow struct {
	Permissions map[string]string
	Jobs        map[string]struct {
		Uses  string
		Steps []struct{ Uses, Run string }
	}
}

// A tag of an action can be moved to other code, a commit cannot. What a workflow may do
// is said, job by job, and what it runs is in this repository.
func TestWorkflowsArePinned(t *testing.T) {
	files, err := filepath.Glob("../.github/workflows/*.yaml")
	if err != nil || len(files) < 2 {
		t.Fatalf("found %v, %v; want ci and release", files, err)
	}
	pinned := regexp.MustCompile(`^[\w-]+/[\w-]+@[0-9a-f]{40}$`)
	targets, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var w workflow
		if err := yaml.Unmarshal(content, &w); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if len(w.Permissions) != 1 || w.Permissions["contents"] != "read" {
			t.Errorf("%s: permissions of all jobs are %v, want contents: read", file, w.Permissions)
		}
		for name, job := range w.Jobs {
			if job.Uses != "" && !strings.HasPrefix(job.Uses, "./") {
				t.Errorf("%s: job %s uses %s, want what is in this repository", file, name, job.Uses)
			}
			for _, step := range job.Steps {
				if step.Uses != "" && !pinned.MatchString(step.Uses) {
					t.Errorf("%s: %s is not pinned by a commit", file, step.Uses)
				}
				for _, target := range regexp.MustCompile(`(?m)^make ([a-z-]+)`).FindAllStringSubmatch(step.Run, -1) {
					if !strings.Contains(string(targets), "\n"+target[1]+":") {
						t.Errorf("%s: there is no target %s", file, target[1])
					}
				}
			}
		}
	}
}
