package controlplane

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/version"
)

// minKubernetes is the oldest server that Istio 1.31 runs on, and that has the policies
// which the chart uses.
const minKubernetes = "1.32"

// preflight finds what would stop an install half way, before anything is written. It
// returns the server's version.
func (p *plane) preflight(ctx context.Context) (string, error) {
	info, err := p.kube.Discovery().ServerVersion()
	if err != nil {
		return "", fmt.Errorf("cannot reach the cluster: %w; see: kubectl config get-contexts", err)
	}
	server, err := version.ParseGeneric(info.GitVersion)
	if err != nil {
		return "", fmt.Errorf("server version %q: %w", info.GitVersion, err)
	}
	if server.LessThan(version.MustParseGeneric(minKubernetes)) {
		return "", fmt.Errorf("the server is Kubernetes %s, want %s or newer", server, minKubernetes)
	}
	return server.String(), p.checkRights(ctx)
}

// rights are those whose lack is found out late, one of each kind that is made.
var rights = []authorizationv1.ResourceAttributes{
	{Resource: "namespaces"},
	{Group: "apiextensions.k8s.io", Resource: "customresourcedefinitions"},
	{Group: "rbac.authorization.k8s.io", Resource: "clusterroles"},
	{Group: "rbac.authorization.k8s.io", Resource: "clusterrolebindings"},
	{Group: "admissionregistration.k8s.io", Resource: "mutatingwebhookconfigurations"},
	{Group: "admissionregistration.k8s.io", Resource: "validatingwebhookconfigurations"},
	{Group: "admissionregistration.k8s.io", Resource: "validatingadmissionpolicies"},
	{Group: "apps", Resource: "deployments", Namespace: rioNamespace},
	{Resource: "secrets", Namespace: rioNamespace},
	{Group: "networking.istio.io", Resource: "gateways", Namespace: rioNamespace},
}

// checkRights asks for the right to create each kind, all at once.
func (p *plane) checkRights(ctx context.Context) error {
	denied := make([]bool, len(rights))
	group, ctx := errgroup.WithContext(ctx)
	for i, attributes := range rights {
		attributes.Verb = "create"
		group.Go(func() error {
			review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &attributes}}
			answer, err := p.kube.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
			denied[i] = err == nil && !answer.Status.Allowed
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("ask for your rights: %w", err)
	}
	var missing []string
	for i, no := range denied {
		if no {
			missing = append(missing, rights[i].Resource)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("you may not create %s in this cluster; ask for the right, for example: kubectl create clusterrolebinding rio-install --clusterrole=cluster-admin --user=USER", strings.Join(missing, ", "))
	}
	return nil
}
