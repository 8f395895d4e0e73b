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
	if err := rolledOut(ctx, k, NaiveName); err != nil {
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
	if err := rolledOut(ctx, k, NaiveName+"-v2"); err != nil {
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
	if err := rolledOut(ctx, k, NaiveName); err != nil {
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

// ChangeNaively gives a version that has 30% of the traffic another image, where it stands,
// and back: what an image that was wrong comes to.
func ChangeNaively(ctx context.Context, k Kubectl, host string, images [3]string, load *traffic.Run, settle time.Duration) error {
	staged := naive{Host: host, Gateway: "rio-system/rio-gateway", Image: images[0], Staged: images[1], Weight: 30}
	if err := staged.apply(ctx, k); err != nil {
		return err
	}
	if err := rolledOut(ctx, k, NaiveName+"-v2"); err != nil {
		return err
	}
	load.Mark("naive change of image")
	for _, image := range []string{images[2], images[1]} {
		if err := roll(ctx, k, NaiveName+"-v2", "set", "image", "deployment/"+NaiveName+"-v2", NaiveName+"="+image); err != nil {
			return err
		}
	}
	return pause(ctx, settle)
}

// UndoNaively changes latest's image and takes that back, as kubectl rollout does it.
func UndoNaively(ctx context.Context, k Kubectl, to string, load *traffic.Run, settle time.Duration) error {
	if err := roll(ctx, k, NaiveName, "set", "image", "deployment/"+NaiveName, NaiveName+"="+to); err != nil {
		return err
	}
	load.Mark("naive undo")
	if err := roll(ctx, k, NaiveName, "rollout", "undo", "deployment/"+NaiveName); err != nil {
		return err
	}
	return pause(ctx, settle)
}

// roll changes a Deployment and waits for its pods.
func roll(ctx context.Context, k Kubectl, name string, change ...string) error {
	if _, err := k.Run(ctx, change...); err != nil {
		return err
	}
	return rolledOut(ctx, k, name)
}

func rolledOut(ctx context.Context, k Kubectl, name string) error {
	_, err := k.Run(ctx, "rollout", "status", "deployment/"+name, "--timeout=90s")
	return err
}
