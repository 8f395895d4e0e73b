package controlplane

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// madeKinds are the kinds of which the releases have objects, and Helm its records.
var madeKinds = []struct {
	namespace string // where; empty: in the whole cluster
	group     string
	resources []string
}{
	{"", "", []string{"namespaces"}},
	{"", "apiextensions.k8s.io", []string{"customresourcedefinitions"}},
	{"", "rbac.authorization.k8s.io", []string{"clusterroles", "clusterrolebindings"}},
	{"", "admissionregistration.k8s.io", []string{
		"mutatingwebhookconfigurations", "validatingwebhookconfigurations", "validatingadmissionpolicies", "validatingadmissionpolicybindings",
		"mutatingadmissionpolicies", "mutatingadmissionpolicybindings",
	}},
	{rioNamespace, "", []string{"configmaps", "secrets", "serviceaccounts", "services"}},
	{rioNamespace, "apps", []string{"deployments"}},
	{rioNamespace, "autoscaling", []string{"horizontalpodautoscalers"}},
	{rioNamespace, "policy", []string{"poddisruptionbudgets"}},
	{rioNamespace, "networking.k8s.io", []string{"networkpolicies"}},
	{rioNamespace, "rbac.authorization.k8s.io", []string{"roles", "rolebindings"}},
	{rioNamespace, "networking.istio.io", []string{"gateways"}},
}

// madeVerbs are what is done to them.
var madeVerbs = []string{"create", "patch", "delete"}

// rightsFinding asks, all at once, whether the user has the rights for each kind.
func (p *plane) rightsFinding(ctx context.Context) (rio.Finding, error) {
	var asked []authorizationv1.ResourceAttributes
	for _, k := range madeKinds {
		for _, resource := range k.resources {
			for _, verb := range madeVerbs {
				asked = append(asked, authorizationv1.ResourceAttributes{Namespace: k.namespace, Group: k.group, Resource: resource, Verb: verb})
			}
		}
	}
	denied := make([]bool, len(asked))
	group, groupCtx := errgroup.WithContext(ctx)
	for i := range asked {
		group.Go(func() error {
			review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &asked[i]}}
			answer, err := p.kube.AuthorizationV1().SelfSubjectAccessReviews().Create(groupCtx, review, metav1.CreateOptions{})
			denied[i] = err == nil && !answer.Status.Allowed
			return err
		})
	}
	err := group.Wait()
	var request *url.Error
	switch {
	case errors.As(err, &request):
		return rio.Finding{}, unreachable(err)
	case err != nil:
		return rio.Finding{}, fmt.Errorf("ask for your rights: %w", err)
	}
	missing := missingRights(asked, denied)
	if len(missing) == 0 {
		return rio.Fine(rio.LinkRights, "yours cover install"), nil
	}
	f := rio.TroubleInstallRights.Found(rio.Case{"user": rio.Quote(p.user(ctx))})
	for _, line := range missing {
		f.Details = append(f.Details, rio.Detail{Text: line})
	}
	return f, nil
}

// missingRights has a line for all that is alike but for its name.
func missingRights(asked []authorizationv1.ResourceAttributes, denied []bool) []string {
	verbs := map[schema.GroupResource][]string{} // both scopes of a kind are in one line
	var order []schema.GroupResource
	for i, a := range asked {
		if !denied[i] {
			continue
		}
		kind := schema.GroupResource{Group: a.Group, Resource: a.Resource}
		if verbs[kind] == nil {
			order = append(order, kind)
		}
		verbs[kind] = append(verbs[kind], a.Verb)
	}
	var lines []string
	for len(order) > 0 {
		first, said := order[0], strings.Join(verbs[order[0]], ", ")
		alike := func(k schema.GroupResource) bool {
			return k.Group == first.Group && strings.Join(verbs[k], ", ") == said
		}
		var names []string
		for _, k := range order {
			if alike(k) {
				names = append(names, k.Resource)
			}
		}
		order = slices.DeleteFunc(order, alike)
		line := said + " " + strings.Join(names, ", ")
		if first.Group != "" {
			line += " (" + first.Group + ")"
		}
		lines = append(lines, line)
	}
	return lines
}

// user is who the server takes the user for.
func (p *plane) user(ctx context.Context) string {
	review, err := p.kube.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil || review.Status.UserInfo.Username == "" {
		return "USER"
	}
	return review.Status.UserInfo.Username
}
