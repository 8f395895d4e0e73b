package rio_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var update = flag.Bool("update", false, "rewrite docs/troubleshooting.md")

const head = `# Troubleshooting

` + "`kubectl rio check`" + ` looks at the cluster, ` + "`kubectl rio why SERVICE`" + ` follows a request from the service's URL to its containers. Both print the lines below:
what is seen, and under it the command that helps. Words in capitals differ from case to case. A failure (` + "`fail`" + `) loses requests or stops commands, a warning may, a note
does not; the first failure is in capitals (` + "`FAIL`" + `), for what stands below it may only follow from it. Where another tool keeps the workload, or its number of
pods, the command is one of kubectl's own. Errors of the other commands are in [errors.md](errors.md).

This page is made from the same table that the commands print from: ` + "`go test ./pkg/rio -update`" + `.
`

// titles are the parts of the page, in its order.
var titles = []struct{ link, title string }{
	{rio.LinkServer, "The server"}, {rio.LinkIstio, "Istio"}, {rio.LinkKinds, "Istio's kinds"}, {rio.LinkTLS, "The certificate"}, {rio.LinkAddress, "The address, at an install"}, {rio.LinkRio, "What install made"}, {rio.LinkPolicy, "The policy for weights"},
	{rio.LinkWebhook, "The webhook"}, {rio.LinkNodes, "Nodes"}, {rio.LinkStacks, "Stacks"}, {rio.LinkRights, "Your rights"},
	{rio.LinkDNS, "The name of the URL"}, {rio.LinkBalancer, "The load balancer"}, {rio.LinkGateway, "The gateway"}, {rio.LinkHost, "Who else has the host"},
	{rio.LinkRoute, "The route"}, {rio.LinkSubset, "Subsets"}, {rio.LinkService, "The Service"}, {rio.LinkPods, "Pods"}, {rio.LinkRelease, "Releases half way"},
	{rio.LinkAnswer, "The answer"}, {rio.LinkCallers, "Callers"},
}

func page() string {
	var b strings.Builder
	b.WriteString(head)
	for _, part := range titles {
		fmt.Fprintf(&b, "\n## %s\n\n| id | level | what is seen | why | what helps |\n|---|---|---|---|---|\n", part.title)
		for _, t := range rio.Troubles() {
			if t.Link == part.link {
				fmt.Fprintf(&b, "| %s | %s | `%s` | %s | `%s` |\n", t.ID, t.Level, inCapitals(t.Seen), t.Why, inCapitals(t.Fix))
			}
		}
	}
	return b.String()
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// inCapitals shows what differs from case to case as the other pages do.
func inCapitals(words string) string {
	words = strings.ReplaceAll(words, "}{", "} {") // what begins with its own space
	return placeholder.ReplaceAllStringFunc(words, func(s string) string { return strings.ToUpper(strings.Trim(s, "{}")) })
}

// The page and the commands say the same, for it is made of what they print.
func TestThePageIsTheTable(t *testing.T) {
	const path = "../../docs/troubleshooting.md"
	if *update {
		if err := os.WriteFile(path, []byte(page()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(page(), string(got)); diff != "" {
		t.Errorf("rewrite it with: go test ./pkg/rio -update\n%s", diff)
	}
}

func TestEveryTroubleIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, trouble := range rio.Troubles() {
		switch {
		case seen[trouble.ID]:
			t.Errorf("%s is there twice", trouble.ID)
		case !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(trouble.ID):
			t.Errorf("%q is no id", trouble.ID)
		case trouble.Seen == "" || trouble.Why == "" || trouble.Fix == "" || !strings.HasSuffix(trouble.Why, "."):
			t.Errorf("%s lacks what is seen, why or what helps", trouble.ID)
		case strings.HasSuffix(trouble.Seen, ".") || strings.ContainsAny(trouble.Seen+trouble.Why+trouble.Fix, "|`"):
			t.Errorf("%s does not fit into a line of a screen and a cell of the page", trouble.ID)
		case !slices.Contains([]rio.Level{rio.LevelNote, rio.LevelWarn, rio.LevelFail}, trouble.Level):
			t.Errorf("%s has level %q", trouble.ID, trouble.Level)
		case !strings.Contains(page(), "| "+trouble.ID+" |"):
			t.Errorf("%s is about %q, of which the page has no part", trouble.ID, trouble.Link)
		}
		seen[trouble.ID] = true
	}
}

// Whoever adds a trouble adds it to the list too, and so to the page.
func TestEveryTroubleIsListed(t *testing.T) {
	files, err := filepath.Glob("troubles_*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := 0
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Trouble") {
				declared++
			}
			return true
		})
	}
	if n := len(rio.Troubles()); declared != n || n == 0 {
		t.Errorf("%d troubles are declared and %d listed", declared, n)
	}
}
