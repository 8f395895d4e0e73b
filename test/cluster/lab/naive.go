package lab

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"text/template"
	"time"

	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

//go:embed naive.yaml
var naiveObjects string

var naiveTemplate = template.Must(template.New("naive.yaml").Parse(naiveObjects))

// NaiveName is the service of the naive release.
const NaiveName = "naive"

// naive is what one kubectl apply brings.
type naive struct {
	Host, Gateway string
	Image         string // of latest
	Staged        string // image of v2; empty: there is none
	Weight        int    // of v2
}

// Latest is the share that v2 leaves.
func (n naive) Latest() int { return 100 - n.Weight }

// Deployment is what the template of a Deployment takes.
func (naive) Deployment(name, version, image string) map[string]string {
	return map[string]string{"Name": name, "Version": version, "Image": image}
}

func (n naive) render() (string, error) {
	var b strings.Builder
	err := naiveTemplate.Execute(&b, n)
	return b.String(), err
}

func (n naive) apply(ctx context.Context, k Kubectl) error {
	objects, err := n.render()
	if err != nil {
		return err
	}
	_, err = k.Apply(ctx, objects, "apply", "-f", "-")
	return err
}

// PrepareNaive makes the service with plain kubectl and waits until it answers.
func PrepareNaive(ctx context.Context, k Kubectl, g *Gateway, image string) (host string, err error) {
	host = fmt.Sprintf("%s.%s.%s", NaiveName, k.Namespace, g.Domain)
	if err := (naive{Host: host, Gateway: "rio-system/rio-gateway", Image: image}).apply(ctx, k); err != nil {
		return host, err
	}
	if _, err := k.Run(ctx, "rollout", "status", "deployment/"+NaiveName, "--timeout=90s"); err != nil {
		return host, err
	}
	return host, traffic.Await(ctx, g.Addr, host, 30*time.Second)
}

// ReleaseNaively releases an image as many people do: everything at once, twice. First
// the second version, its subset and 30% of the traffic in one kubectl apply; then its
// image on latest, while the version and its route go.
func ReleaseNaively(ctx context.Context, k Kubectl, host, from, to string, load *traffic.Run, settle time.Duration) error {
	staged := naive{Host: host, Gateway: "rio-system/rio-gateway", Image: from, Staged: to, Weight: 30}
	load.Mark("naive stage")
	if err := staged.apply(ctx, k); err != nil {
		return err
	}
	if _, err := k.Run(ctx, "rollout", "status", "deployment/"+NaiveName+"-v2", "--timeout=90s"); err != nil {
		return err
	}
	if err := pause(ctx, settle); err != nil {
		return err
	}
	load.Mark("naive promote")
	promoted := naive{Host: host, Gateway: staged.Gateway, Image: to}
	if _, err := k.Run(ctx, "delete", "deployment", NaiveName+"-v2", "--wait=false"); err != nil {
		return err
	}
	if err := promoted.apply(ctx, k); err != nil {
		return err
	}
	if _, err := k.Run(ctx, "rollout", "status", "deployment/"+NaiveName, "--timeout=90s"); err != nil {
		return err
	}
	return pause(ctx, settle)
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
