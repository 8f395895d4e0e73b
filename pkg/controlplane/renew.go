package controlplane

import (
	"context"
	"fmt"
	"time"

	helmrelease "helm.sh/helm/v3/pkg/release"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

// istiodIsNew reports whether an istiod comes where rio was before, with an authority of its
// own: what its certificates say is not understood by pods that have them of the one that went.
// https://istio.io/latest/docs/concepts/security/#pki
func istiodIsNew(releases []release) bool {
	came := false
	for _, r := range releases {
		came = came || r.name == releaseIstiod && r.last == nil
	}
	return came && releases[len(releases)-1].last != nil
}

// renewGateway replaces the gateway's pods as kubectl rollout restart does, and names the
// pods that are left to their owners.
func (p *plane) renewGateway(ctx context.Context, r release, rel *helmrelease.Release, wait bool) error {
	err := p.step("gateway", func(update func(string)) (string, error) {
		patch := fmt.Sprintf(`{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":%q}}}}}`, time.Now().Format(time.RFC3339))
		_, err := p.kube.AppsV1().Deployments(rioNamespace).Patch(ctx, cluster.GatewayService, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{})
		if apierrors.IsNotFound(err) {
			return "not there", nil
		}
		if err == nil && wait {
			err = p.waitReady(ctx, r, rel, update)
		}
		return "restarted, for Istio's authority is new", err
	})
	p.Talk("services that ran before do not understand it; restart them: kubectl rollout restart -n STACK deployment")
	return err
}
