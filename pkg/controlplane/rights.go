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

// neededRights are all that an install takes with values of the chart, or the last ones. Kubernetes knows policies that
// mutate since 1.36, and roles that chart gives take what they give: nobody may give what they have not,
// https://kubernetes.io/docs/reference/access-authn-authz/rbac/#restrictions-on-role-creation-or-update
func neededRights(values, last map[string]any) []authorizationv1.ResourceAttributes {
	var all []authorizationv1.ResourceAttributes
	add := func(namespace, group, resource string, verbs ...string) {
		for _, verb := range verbs {
			all = append(all, authorizationv1.ResourceAttributes{Namespace: namespace, Group: group, Resource: resource, Verb: verb})
		}
	}
	byPolicy := slices.Contains([]string{getString(values, "labels", "mode"), getString(last, "labels", "mode")}, "policy")
	for _, k := range madeKinds {
		for _, resource := range k.resources {
			if byPolicy || !strings.HasPrefix(resource, "mutatingadmissionpolic") {
				add(k.namespace, k.group, resource, madeVerbs...)
			}
		}
	}
	for _, resource := range []string{"virtualservices", "destinationrules"} {
		add("", "networking.istio.io", resource, "get", "list", "watch", "create", "update", "patch", "delete")
	}
	add("", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "get")
	add(rioNamespace, "", "secrets", "update") // Helm's records
	if getString(values, "tls", "issuer")+getString(last, "tls", "issuer") != "" {
		add(rioNamespace, "cert-manager.io", "certificates", madeVerbs...)
	}
	return all
}

// rightsFinding asks, all at once, whether the user has the rights that install takes. Who may not read the last
// release is told so where it is looked at.
func (p *plane) rightsFinding(ctx context.Context, values map[string]any) (rio.Finding, error) {
	var before map[string]any
	if last, err := p.last(rioNamespace); err == nil && last != nil {
		before = last.Config
	}
	asked := neededRights(values, before)
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
