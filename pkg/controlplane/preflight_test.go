package controlplane

import (
	"context"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	helmrelease "helm.sh/helm/v3/pkg/release"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

func TestPreflight(t *testing.T) {
	tests := map[string]struct{ version, denied, want string }{
		"all is well":       {version: "v1.37.2"},
		"a vendor's server": {version: "v1.32.9-eks-1234567"},
		"too old":           {version: "v1.31.9", want: "server: the server is Kubernetes 1.31.9, want 1.32 or newer\nfix: upgrade the cluster to Kubernetes 1.32"},
		"no rights": {version: "v1.37.2", denied: "clusterroles", want: "rights: you ('CORP\\jane') may not, in this cluster:\n" +
			"create, patch, delete clusterroles (rbac.authorization.k8s.io)\n" +
			"fix: kubectl create clusterrolebinding rio-install --clusterrole=cluster-admin --user='CORP\\jane'"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.kube = fakeKube(test.version, test.denied)
			seen, err := s.preflight(t.Context(), nil, InstallOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if got := text(s.report(seen.findings)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// What the chart does not make takes no right, and what its roles give does.
func TestRightsAreThoseOfTheChart(t *testing.T) {
	s := newStage(t)
	s.doInstall(t, InstallOptions{Settings: Settings{Set: []string{"labels.mode=policy"}}})
	byPolicy, issued := map[string]any{"labels": map[string]any{"mode": "policy"}}, map[string]any{"tls": map[string]any{"issuer": "letsencrypt"}}
	for _, tc := range []struct {
		s      *stage
		denied string
		values map[string]any
		want   string
	}{
		{newStage(t), "mutatingadmissionpolicies", nil, ""},
		{newStage(t), "mutatingadmissionpolicies", byPolicy, "create, patch, delete mutatingadmissionpolicies (admissionregistration.k8s.io)"},
		{s, "mutatingadmissionpolicybindings", nil, "create, patch, delete mutatingadmissionpolicybindings (admissionregistration.k8s.io)"}, // an earlier install made it
		{newStage(t), "certificates", nil, ""},
		{newStage(t), "certificates", issued, "create, patch, delete certificates (cert-manager.io)"},
		{newStage(t), "virtualservices", nil, "get, list, watch, create, update, patch, delete virtualservices (networking.istio.io)"},
		{newStage(t), "mutatingwebhookconfigurations", nil, "create, patch, delete, get mutatingwebhookconfigurations (admissionregistration.k8s.io)"},
		{newStage(t), "secrets", nil, "create, patch, delete, update secrets"},
	} {
		tc.s.kube = fakeKube("v1.37.2", tc.denied)
		f, err := tc.s.rightsFinding(t.Context(), tc.values)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, d := range f.Details {
			lines = append(lines, d.Text)
		}
		same(t, tc.want, strings.Join(lines, "\n"))
	}
}

func TestMissingRightsAreGrouped(t *testing.T) {
	attributes := func(group, resource, verb string) authorizationv1.ResourceAttributes {
		return authorizationv1.ResourceAttributes{Group: group, Resource: resource, Verb: verb}
	}
	got := missingRights([]authorizationv1.ResourceAttributes{
		attributes("", "secrets", "create"), attributes("", "secrets", "delete"), attributes("", "services", "create"), attributes("", "services", "delete"),
		attributes("apps", "deployments", "create"), attributes("apps", "deployments", "delete"),
		attributes("", "namespaces", "create"), attributes("", "namespaces", "delete"),
	}, []bool{true, true, true, true, true, false, false, true})
	same(t, "create, delete secrets, services\ncreate deployments (apps)\ndelete namespaces", strings.Join(got, "\n"))
}

// TestEveryKindIsAskedFor holds the list of rights against what the chart makes.
func TestEveryKindIsAskedFor(t *testing.T) {
	asked := map[schema.GroupResource]bool{}
	for _, k := range madeKinds {
		for _, resource := range k.resources {
			asked[schema.GroupResource{Group: k.group, Resource: resource}] = true
		}
	}
	for _, set := range []string{"labels.mode=webhook", "labels.mode=policy", "labels.mode=none", "gateway.autoscaling.enabled=true"} {
		manifest, _, err := rendered(t, InstallOptions{Settings: Settings{Set: []string{set}}})
		if err != nil {
			t.Fatal(err)
		}
		objects, err := objectsIn(manifest)
		if err != nil {
			t.Fatal(err)
		}
		for name, o := range objects {
			if strings.HasSuffix(name, "/rio-test") { // of helm test, which install does not run
				continue
			}
			o := o.(map[string]any)
			version, err := schema.ParseGroupVersion(getString(o, "apiVersion"))
			if err != nil {
				t.Fatal(err)
			}
			resource, _ := meta.UnsafeGuessKindToResource(version.WithKind(getString(o, "kind")))
			resource.Resource = strings.Replace(resource.Resource, "gatewaies", "gateways", 1) // English is harder than its rules
			if !asked[resource.GroupResource()] {
				t.Errorf("%s: the right to make a %s is not asked for", name, resource.GroupResource())
			}
		}
	}
}

func TestChartFinding(t *testing.T) {
	of := func(version string, status helmrelease.Status) *helmrelease.Release {
		return &helmrelease.Release{Chart: &chart.Chart{Metadata: &chart.Metadata{Version: version}}, Info: &helmrelease.Info{Status: status}}
	}
	for want, there := range map[string]struct {
		last     *helmrelease.Release
		applied  string
		orphaned bool
	}{
		"ok    rio       not installed; chart 0.2.0 comes": {nil, "", false},
		"ok    rio       chart 0.2.0":                      {of("0.2.0", helmrelease.StatusDeployed), "0.2.0", false},
		"warn  rio       chart 0.2.0 is half done (pending-install)\n      fix       kubectl rio install":                                                                                                 {of("0.2.0", helmrelease.StatusPendingInstall), "", false},
		"warn  rio       the cluster has chart 0.1.9, and this plugin brings 0.2.0\n      fix       kubectl rio upgrade":                                                                                  {of("0.1.9", helmrelease.StatusDeployed), "0.1.9", false},
		"fail  rio       the cluster has chart 0.3.0, and this plugin brings 0.2.0, which is older\n      fix       kubectl krew upgrade rio":                                                             {of("0.3.0", helmrelease.StatusDeployed), "0.3.0", false},
		"ok    rio       chart 0.2.0, applied by another tool":                                                                                                                                            {nil, "0.2.0", false},
		"warn  rio       another tool applied chart 0.1.9, and this plugin brings 0.2.0\n      fix       kubectl rio install -o yaml, with all settings that are not the default, for that tool to apply": {nil, "0.1.9", false},
		"fail  rio       the cluster has chart 0.3.1, and this plugin brings 0.2.0, which is older\n      fix       kubectl krew upgrade rio":                                                             {nil, "0.3.1", false},
		"warn  rio       chart 0.1.9 is there without its release, so its settings are not known\n      fix       kubectl rio install, with all settings that are not the default":                        {nil, "0.1.9", true},
		"fail  rio       the cluster has chart 0.3.2, and this plugin brings 0.2.0, which is older\n      fix       kubectl krew upgrade rio":                                                             {nil, "0.3.2", true},
	} {
		same(t, want, strings.TrimSuffix(drawn(chartFinding(there.last, there.applied, there.orphaned, "0.2.0")), "\n"))
	}
}

// applied is what another tool made of a version of the chart.
func applied(version string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Namespace: cluster.DefaultsNamespace, Name: cluster.DefaultsConfigMap, Labels: map[string]string{"helm.sh/chart": "rio-" + version}}}
}

// Of what that tool applies it gets a newer text, and Helm would refuse to take it over.
func TestUpgradeOfWhatAnotherToolApplied(t *testing.T) {
	s := newStage(t)
	s.kube = fakeKube("v1.37.2", "", applied("0.0.9"))
	want := "error: another tool applied chart 0.0.9 of rio, so there is no release \"rio\" to upgrade; have that tool apply: kubectl rio install -o yaml, with all settings that are not the default\n"
	for _, dry := range []bool{true, false} {
		same(t, want, done(writesNothing(t, s, InstallOptions{Upgrade: true, DryRun: dry})))
	}
	var manifests strings.Builder
	if got := writesNothing(t, s, InstallOptions{Upgrade: true, Manifests: &manifests}); strings.Contains(got, "error") || !strings.Contains(manifests.String(), "# release rio\n") {
		t.Error(got)
	}
}

// What Argo CD applies has no release.
func TestPreflightSeesWhatAnotherToolApplied(t *testing.T) {
	s := newStage(t)
	own, err := rioChart()
	if err != nil {
		t.Fatal(err)
	}
	s.kube = fakeKube("v1.37.2", "", applied(own.Metadata.Version))
	seen, err := s.preflight(t.Context(), nil, InstallOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "ok    rio       chart " + own.Metadata.Version + ", applied by another tool\n"; !strings.Contains(drawn(seen.findings...), want) {
		t.Errorf("got\n%swant %s", drawn(seen.findings...), want)
	}
}

func TestAddressFinding(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	open, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	service := func(namespace, name, ip string, port int) *corev1.Service {
		s := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, CreationTimestamp: metav1.NewTime(time.Now().Add(-3 * time.Minute))}}
		s.Spec.Type, s.Spec.Ports = corev1.ServiceTypeLoadBalancer, []corev1.ServicePort{{Port: int32(port)}}
		if ip != "" {
			s.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: ip}}
		}
		return s
	}
	changed := func(s *corev1.Service, change func(*corev1.Service)) *corev1.Service { change(s); return s }
	mine := func(change func(*corev1.Service)) *corev1.Service {
		return changed(service(rioNamespace, cluster.GatewayService, "", 80), change)
	}
	nodePort := map[string]any{"gateway": map[string]any{"service": map[string]any{"type": "NodePort"}}}
	inside := map[string]any{"gateway": map[string]any{"service": map[string]any{"type": "ClusterIP"}}}
	for sentence, tc := range map[string]struct {
		there  *corev1.Service
		values map[string]any
		want   string
	}{
		"it answers":    {service(rioNamespace, cluster.GatewayService, "127.0.0.1", open), nil, "ok    address   127.0.0.1 answers on port " + port},
		"it does not":   {service(rioNamespace, cluster.GatewayService, "127.0.0.2", 9), nil, "warn  address   127.0.0.2 does not answer on port 9 from here: connection refused\n      fix       kubectl get service,pods -n rio-system -l gateway=external"},
		"it never came": {service(rioNamespace, cluster.GatewayService, "", 80), nil, "warn  address   service rio-system/rio-lb has no address after 3m: this cluster seems to have no load balancer, or it has none to give\n      fix       kubectl describe service -n rio-system rio-lb; without a load balancer: kubectl rio install --host-port"},
		"it is just being made": {mine(func(s *corev1.Service) {
			s.CreationTimestamp = metav1.NewTime(time.Now().Add(-12500 * time.Millisecond))
		}), nil, "ok    address   none yet, after 12s"},
		"a cloud is at work":              {mine(func(s *corev1.Service) { s.Finalizers = []string{"service.kubernetes.io/load-balancer-cleanup"} }), nil, "ok    address   none yet, after 3m"},
		"none is wanted":                  {mine(func(s *corev1.Service) { s.Spec.Type = corev1.ServiceTypeClusterIP }), nil, "ok    address   inside the cluster only"},
		"not installed, none is wanted":   {service("shop", "web", "", 80), inside, "ok    address   will be inside the cluster only"},
		"none is needed":                  {service(rioNamespace, cluster.GatewayService, "", 80), nodePort, "ok    address   those of the nodes"},
		"not installed, others have one":  {service("shop", "web", "192.0.2.1", 80), nil, "ok    address   this cluster has a load balancer: service shop/web has an address"},
		"not installed, others have none": {service("shop", "web", "", 80), nil, "warn  address   service shop/web waits for an address: this cluster may have no load balancer\n      fix       kubectl rio install --host-port"},
		"not installed, no others":        {&corev1.Service{}, nil, "ok    address   comes from the cluster's load balancer, if it has one; if not: --host-port or --node-port"},
		"not installed, not needed":       {&corev1.Service{}, nodePort, "ok    address   will be those of the nodes"},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := &plane{kube: fakeKube("v1.37.2", "", tc.there)}
			same(t, tc.want, strings.TrimSuffix(drawn(p.addressFinding(t.Context(), tc.values)), "\n"))
		})
	}
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	got := drawn((&plane{kube: fakeKube("v1.37.2", "", service(rioNamespace, cluster.GatewayService, "127.0.0.1", open))}).addressFinding(late, nil))
	if !strings.Contains(got, " does not answer on port "+port+" from here: no answer in 2s\n") {
		t.Errorf("a firewall is in between, in other words than check's: %s", got)
	}
}

func TestTLSFindings(t *testing.T) {
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: "there"}}
	asked := &helmrelease.Release{Config: map[string]any{"tls": map[string]any{"issuer": "letsencrypt"}}}
	kinds := []*struct{ name string }{{certManagerKinds[0]}, {certManagerKinds[1]}}
	var managed = newStage(t, object("cert-manager.io/v1", "ClusterIssuer", "", "letsencrypt", "kubectl", nil))
	for _, k := range kinds {
		if _, err := managed.dynamic.Resource(crdResource).Create(t.Context(), object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", k.name, "helm", nil), metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	managed.kube = fakeKube("v1.37.2", "", &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: "filled"}})
	const issued = "ok    tls       the certificate comes from clusterissuer \"letsencrypt\""
	bare := newStage(t)
	bare.kube = fakeKube("v1.37.2", "", secret)
	for _, tc := range []struct {
		s        *stage
		settings Settings
		want     string
		last     *helmrelease.Release
	}{
		{s: bare},
		{bare, Settings{TLSSecret: new("there")}, "ok    tls       secret rio-system/there is there", nil},
		{bare, Settings{TLSSecret: new("gone")}, "warn  tls       secret rio-system/gone is not there; https does not answer before it is\n      fix       kubectl create secret tls gone -n rio-system --cert=CERT --key=KEY", nil},
		{bare, Settings{Issuer: new("letsencrypt")}, "fail  tls       issuer \"letsencrypt\" is one of cert-manager, and this cluster has no certificates.cert-manager.io\n      fix       https://cert-manager.io/docs/installation/", nil},
		{managed, Settings{Issuer: new("letsencrypt")}, issued, nil},
		{managed, Settings{Issuer: new("gone")}, "warn  tls       clusterissuer \"gone\": clusterissuers.cert-manager.io \"gone\" not found\n      fix       kubectl get clusterissuers", nil},
		{managed, Settings{Issuer: new("own"), Set: []string{"tls.issuerKind=Issuer"}}, "ok    tls       the certificate comes from Issuer \"own\"", nil},
		{managed, Settings{Issuer: new("letsencrypt")}, issued + "\nwarn  tls       cert-manager has not filled secret rio-system/rio-tls yet; https does not answer before it has\n" +
			"      fix       kubectl describe certificates.cert-manager.io,orders.acme.cert-manager.io,challenges.acme.cert-manager.io -n rio-system", asked},
		{managed, Settings{Issuer: new("letsencrypt"), TLSSecret: new("gone")}, issued, asked}, // not to fill that one
		{managed, Settings{Issuer: new("letsencrypt"), TLSSecret: new("filled")}, issued + "\nok    tls       secret rio-system/filled is there",
			&helmrelease.Release{Config: map[string]any{"tls": map[string]any{"issuer": "letsencrypt", "secret": "filled"}}}},
		{managed, Settings{Issuer: new("letsencrypt")}, issued, &helmrelease.Release{}},
		{bare, Settings{TLSSecret: new("there"), Ports: []Port{{80, "HTTP"}, {5432, "TCP"}}}, "ok    tls       secret rio-system/there is there", nil},
		{bare, Settings{TLSSecret: new("there"), NodePort: new(true)}, "ok    tls       secret rio-system/there is there\n" +
			"warn  tls       https is served for what is published on port 80, which the gateway does not open, so no service has it\n      fix       kubectl rio install --node-port=false --port 80/http", nil},
	} {
		values, err := tc.settings.read()
		if err != nil {
			t.Fatal(err)
		}
		same(t, tc.want, strings.TrimSuffix(drawn(tc.s.tlsFindings(t.Context(), values, tc.last)...), "\n"))
	}
}
