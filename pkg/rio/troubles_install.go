package rio

// What install looks at before it writes, and what can be wrong with it.
var (
	TroubleServerOld = Trouble{
		ID: "server-old", Link: LinkServer, Level: LevelFail,
		Seen: "the server is Kubernetes {version}, want {minimum} or newer",
		Why:  "Istio and the admission policies of the chart need a newer API server.",
		Fix:  "upgrade the cluster to Kubernetes {minimum}",
	}
	TroubleInstallRights = Trouble{
		ID: "install-rights", Link: LinkRights, Level: LevelFail,
		Seen: "you ({user}) may not, in this cluster:",
		Why:  "Installing needs the rights of a cluster administrator; using what is installed does not, so to check this is a warning.",
		Fix:  "kubectl create clusterrolebinding rio-install --clusterrole=cluster-admin --user={user}",
	}
	TroubleIstioOld = Trouble{
		ID: "istio-old", Link: LinkIstio, Level: LevelWarn,
		Seen: "{found}; it is older than {minimum}, and not tested with",
		Why:  "Kubectl rio is tested with the minor versions of Istio that Istio itself supports.",
		Fix:  "https://istio.io/latest/docs/setup/upgrade/",
	}
	TroubleIstioRevision = Trouble{
		ID: "istio-revision", Link: LinkIstio, Level: LevelFail,
		Seen: "{found}: {problem}",
		Why:  "An Istio with revisions injects only pods that name one of them, and none, or several, could be meant.",
		Fix:  "kubectl rio install --set istio.revision={revision}",
	}
	TroubleIstioInjector = Trouble{
		ID: "istio-injector", Link: LinkIstio, Level: LevelFail,
		Seen: "{found}: {problem}",
		Why:  "The selectors of its webhooks match no such pod in a namespace without labels of Istio: they were narrowed, or switched off by istioctl. The revision is in the label istio.io/rev of istiod's Deployment.",
		Fix:  "istioctl tag set default --revision REVISION",
	}
	TroubleIstioNamespace = Trouble{
		ID: "istio-namespace", Link: LinkIstio, Level: LevelFail,
		Seen: "{found}: its injector takes no pod in namespace rio-system, because of the labels of that: {labels}",
		Why:  "Somebody labelled the namespace, or a policy did, so that Istio leaves it alone. The gateway gets its proxy from the injector.",
		Fix:  "kubectl label namespace rio-system {removed}",
	}
	TroubleIstioScope = Trouble{
		ID: "istio-scope", Link: LinkIstio, Level: LevelFail,
		Seen: "istiod looks only at namespaces with {selectors}, and rio-system is none of them",
		Why:  "They are the discoverySelectors of the mesh. In any other namespace istiod ignores gateways and routes, and gives pods no root certificate, so that none with a proxy starts.",
		Fix:  "label namespace rio-system so, and make it first where it is not there: kubectl create namespace rio-system; each stack needs it, too",
	}
	TroubleIstioKinds = Trouble{
		ID: "istio-kinds", Link: LinkKinds, Level: LevelFail,
		Seen: "not served as v1: {kinds}; Istio 1.22 and newer do",
		Why:  "The CRDs are those of an older Istio.",
		Fix:  "https://istio.io/latest/docs/setup/upgrade/",
	}
	TroubleRioHalf = Trouble{
		ID: "rio-half", Link: LinkRio, Level: LevelWarn,
		Seen: "chart {version} is half done ({status})",
		Why:  "An install, upgrade or uninstall was interrupted or failed. The same command again finishes it.",
		Fix:  "kubectl rio install",
	}
	TroubleRioOlder = Trouble{
		ID: "rio-older", Link: LinkRio, Level: LevelWarn,
		Seen: "the cluster has chart {version}, and this plugin brings {own}",
		Why:  "The plugin was upgraded, and the cluster was not.",
		Fix:  "kubectl rio upgrade",
	}
	TroubleRioApplied = Trouble{
		ID: "rio-applied", Link: LinkRio, Level: LevelWarn,
		Seen: "another tool applied chart {version}, and this plugin brings {own}",
		Why:  "The plugin was upgraded, and what that tool applies was not.",
		Fix:  "kubectl rio install -o yaml, with all settings that are not the default, for that tool to apply",
	}
	TroubleRioRecord = Trouble{
		ID: "rio-record", Link: LinkRio, Level: LevelWarn,
		Seen: "chart {version} is there without its release, so its settings are not known",
		Why:  "Helm's record was deleted, as with namespace rio-system. An install has the default for what it is not told.",
		Fix:  "kubectl rio install, with all settings that are not the default",
	}
	TroubleRioNewer = Trouble{
		ID: "rio-newer", Link: LinkRio, Level: LevelFail,
		Seen: "the cluster has chart {version}, and this plugin brings {own}, which is older",
		Why:  "Somebody installed with a newer plugin. An older one does not know what a newer chart has.",
		Fix:  "kubectl krew upgrade rio",
	}
	TroubleAddressWaits = Trouble{
		ID: "address-waits", Link: LinkAddress, Level: LevelWarn,
		Seen: "service {service} waits for an address: this cluster may have no load balancer",
		Why:  "Before an install: what another Service of type LoadBalancer does not get, the gateway will not get.",
		Fix:  "kubectl rio install --host-port",
	}
	TroubleAddressNone = Trouble{
		ID: "address-none", Link: LinkAddress, Level: LevelWarn,
		Seen: "service rio-system/rio-lb has no address{after}: this cluster seems to have no load balancer, or it has none to give",
		Why:  "At the end of an install: a Service of type LoadBalancer gets its address from the cluster's provider. Where there is none it waits for ever.",
		Fix:  "kubectl describe service -n rio-system rio-lb; without a load balancer: kubectl rio install --host-port",
	}
	TroubleAddressClass = Trouble{
		ID: "address-class", Link: LinkAddress, Level: LevelFail,
		Seen: "the load balancer class of service rio-system/rio-lb is {live} and cannot be changed, and gateway.service.loadBalancerClass is {class}",
		Why:  "Kubernetes refuses another class, a first one, or none any more, as long as the Service is there.",
		Fix:  "kubectl delete service -n rio-system rio-lb, and repeat; the gateway's address changes with it",
	}
	TroubleAddressAnswer = Trouble{
		ID: "address-answer", Link: LinkAddress, Level: LevelWarn,
		Seen: "{address} does not answer on port {port} from here: {error}",
		Why:  "The gateway is not up, a firewall is in between, or the address is reached only from inside the cluster's network.",
		Fix:  "kubectl get service,pods -n rio-system -l gateway=external",
	}
	TroubleSecret = Trouble{
		ID: "tls-secret", Link: LinkTLS, Level: LevelWarn,
		Seen: "secret rio-system/{secret} is not there; https does not answer before it is",
		Why:  "The gateway takes its certificate from it.",
		Fix:  "kubectl create secret tls {secret} -n rio-system --cert=CERT --key=KEY",
	}
	TroubleNotIssued = Trouble{
		ID: "tls-not-issued", Link: LinkTLS, Level: LevelWarn,
		Seen: "cert-manager has not filled secret rio-system/{secret} yet; https does not answer before it has",
		Why:  "The issuer is at work, or cannot end it: the names of the certificate begin with a star, which an ACME issuer proves by DNS-01 only, not by HTTP-01.",
		Fix:  "kubectl describe certificates.cert-manager.io,orders.acme.cert-manager.io,challenges.acme.cert-manager.io -n rio-system",
	}
	TroubleCertManager = Trouble{
		ID: "tls-cert-manager", Link: LinkTLS, Level: LevelFail,
		Seen: "issuer \"{issuer}\" is one of cert-manager, and this cluster has no {kind}",
		Why:  "The certificate was to come from cert-manager, which is not installed.",
		Fix:  "https://cert-manager.io/docs/installation/",
	}
	TroubleTLSUnused = Trouble{
		ID: "tls-unused", Link: LinkTLS, Level: LevelWarn,
		Seen: "https is served for what is published on port 80, which the gateway does not open, so no service has it",
		Why:  "A service has https beside http, on 443 beside 80; other ports are served as they are.",
		Fix:  "kubectl rio install --node-port=false --port 80/http",
	}
	TroubleRedirect = Trouble{
		ID: "tls-redirect", Link: LinkTLS, Level: LevelFail,
		Seen: "http is redirected to https, and nobody reaches what is served over http only: {services}",
		Why:  "A service is served over https, too, once it is published while the gateway has a certificate. What was published before is served as it was.",
		Fix:  "KUBE_EDITOR=true kubectl rio edit {names}; this takes a certificate: install that first, without tls.redirect",
	}
	TroubleIssuer = Trouble{
		ID: "tls-issuer", Link: LinkTLS, Level: LevelWarn,
		Seen: "clusterissuer \"{issuer}\": {error}",
		Why:  "The certificate comes from this issuer of cert-manager, which is not there, or may not be read.",
		Fix:  "kubectl get clusterissuers",
	}
)
