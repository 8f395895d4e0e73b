package rio_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestParsePermission(t *testing.T) {
	read := []string{"get", "list", "watch"}
	for in, want := range map[string]rio.Permission{
		"pods":                             {Verbs: read, Resource: "pods"},
		"rule=read pods":                   {Verbs: read, Resource: "pods"},
		"read,create apps/deployments web": {Verbs: []string{"get", "list", "watch", "create"}, APIGroup: "apps", Resource: "deployments", Name: "web"},
		"read,get,read pods":               {Verbs: []string{"get", "list", "watch"}, Resource: "pods"},
		"write apps/deployments web":       {Verbs: []string{"create", "delete", "get", "list", "patch", "update", "watch"}, APIGroup: "apps", Resource: "deployments", Name: "web"},
		"get,create /pods/exec":            {Verbs: []string{"get", "create"}, Resource: "pods/exec"},
		"* * *":                            {Verbs: []string{"*"}, APIGroup: "*", Resource: "*"},
		"get url=/healthz":                 {Verbs: []string{"get"}, URL: "/healthz"},
		"url=/metrics":                     {Verbs: read, URL: "/metrics"},
		"role=view":                        {Role: "view"},
		"role=system:view":                 {Role: "system:view"},
	} {
		got, err := rio.ParsePermission(in)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%q: %v %s", in, err, diff)
		}
	}
	const form = "; want role=ROLE or [VERBS] [GROUP/]RESOURCE [NAME], for example: read,create apps/deployments web"
	for in, want := range map[string]string{
		"":                `invalid permission "": it has 0 words` + form,
		"get pods a b":    `invalid permission "get pods a b": it has 4 words` + form,
		"GET pods":        `invalid permission "GET pods": "GET" is not a verb` + form,
		"get,,list pods":  `invalid permission "get,,list pods": "" is not a verb` + form,
		"get apps/":       `invalid permission "get apps/": "apps/" names no resource` + form,
		"role=a b":        `invalid permission "role=a b": "a b" is not the name of a role` + form,
		"get url=healthz": `invalid permission "get url=healthz": a URL begins with / and has no name` + form,
	} {
		_, err := rio.ParsePermission(in)
		wantError(t, want, func() error { return err })
	}
}

// What is well formed, and would be taken for nothing by RBAC, which compares words.
func TestPermissionsThatMatchNothing(t *testing.T) {
	for in, want := range map[string]string{
		"get pods/log":               `there is no API group "pods": `,
		"core/pods":                  `there is no API group "core": `,
		"read Apps/deployments":      `there is no API group "Apps": `,
		"extensions/ingresses":       `there is no API group "extensions": `,
		"v1/pods":                    `it names a version, and permissions are for all of them; `,
		"apps/v1/deployments":        `it names a version, and permissions are for all of them; `,
		"deployments.apps":           `an API group stands in front; want GROUP/RESOURCE, for example apps/deployments`,
		"pods,services":              `"pods,services" is no resource; want one, in lower case and plural, `,
		"Pods":                       `"Pods" is no resource; `,
		"get /pods/*":                `"pods/*" is no resource; `,
		"rule=role=view":             `"role=view" is no resource; `,
		"gte pods":                   `Kubernetes has no verb "gte"; want get, list, watch, create, update, patch, delete, deletecollection, `,
		"get,get,remove pods":        `Kubernetes has no verb "remove"; `,
		"get pods web*":              `"web*" is no name; want one, or none for all, `,
		"get pods a,b":               `"a,b" is no name; `,
		"list url=/healthz":          `a URL is asked with a method of HTTP; want get, head, `,
		"get url=/a/*/b":             `want a path, /PATH, or what paths begin with, /PATH/*`,
		"get url=/healthz?verbose=1": `want a path, /PATH, or what paths begin with, /PATH/*`,
	} {
		p, err := rio.ParsePermission(in)
		if err == nil {
			err = p.Check()
		}
		if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("invalid permission %q: %s", p, want)) {
			t.Errorf("%q: got %v\nwant %s", in, err, want)
		}
	}
	if err := (rio.Permission{Resource: "pods"}).Check(); err == nil || !strings.Contains(err.Error(), "it has no verb; want for example get,list") {
		t.Errorf("without a verb: %v", err)
	}
	for _, in := range []string{
		"pods", "*", "* *", "* * *", "read,create apps/deployments web", "/pods/log", "get,create /pods/exec web-1", "/*", "*/pods", "apps/*/scale", "*/*/scale", "write batch/jobs", "policy/poddisruptionbudgets",
		"create authentication.k8s.io/tokenreviews", "impersonate /users", "impersonate /users https://issuer.example.com#sub", "impersonate /groups /admins", "impersonate authentication.k8s.io/userextras/acme.com/project",
		"approve certificates.k8s.io/signers example.com/my-signer", "sign certificates.k8s.io/signers example.com/*", "use security.openshift.io/securitycontextconstraints restricted-v2", "get rbac.authorization.k8s.io/clusterroles system:node",
		"url=/metrics", "get url=/healthz/*", "* url=/*", "role=view", "role=system:view",
	} {
		p, err := rio.ParsePermission(in)
		if err == nil {
			err = p.Check()
		}
		if err != nil {
			t.Errorf("%q: %v", in, err)
		}
	}
}

// What is printed is read back.
func TestPermissionsAreReadBack(t *testing.T) {
	word := rapid.StringMatching(`[a-z]{1,5}`)
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.OneOf(
			rapid.Map(word, func(role string) rio.Permission { return rio.Permission{Role: role} }),
			rapid.Map(word, func(path string) rio.Permission { return rio.Permission{Verbs: []string{"get"}, URL: "/" + path} }),
			rapid.Custom(func(t *rapid.T) rio.Permission {
				return rio.Permission{
					Verbs: rapid.SliceOfNDistinct(word, 1, 3, rapid.ID).Draw(t, "verbs"), APIGroup: rapid.SampledFrom([]string{"", "apps", "*"}).Draw(t, "group"),
					Resource: rapid.SampledFrom([]string{"pods", "pods/log", "*"}).Draw(t, "resource"), Name: rapid.SampledFrom([]string{"", "web"}).Draw(t, "name"),
				}
			}),
		).Draw(t, "permission")
		got, err := rio.ParsePermission(want.String())
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("%q: %v %s", want, err, diff)
		}
	})
}
