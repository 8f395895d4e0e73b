package controlplane

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
)

// ReadSetup reads all that check judges. Where rio is not installed that is what install
// looks at, and little else.
func ReadSetup(ctx context.Context, o Options, client *cluster.Client) (plan.Cluster, error) {
	p, err := o.connect()
	if err != nil {
		return plan.Cluster{}, err
	}
	before, err := p.preflight(ctx, nil, InstallOptions{})
	if err != nil {
		return plan.Cluster{}, err
	}
	c, err := client.Setup(ctx)
	if err != nil {
		return c, err
	}
	c.Preflight = before.findings
	// Who may not look for Istio is told so by its rights.
	c.IstioKinds, c.Injector = before.istio.hasKinds(), before.istio.injector.found()
	c.Installed = before.rio != nil || c.Entrance.Gateway.Name != "" || len(c.Entrance.Balancer.Items) > 0
	if before.rio == nil || !c.IstioKinds { // another tool installed it; what the server knows no kind of cannot be compared
		return c, nil
	}
	config, err := p.helm(rioNamespace)
	if err != nil {
		return c, err
	}
	if c.Drift, _, err = drift(config, before.rio); apierrors.IsForbidden(err) || isUnknownKind(err) {
		return c, nil // the rest is looked at directly
	}
	return c, err
}
