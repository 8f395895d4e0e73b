package rio

// What can be wrong with the cluster's set-up.
var (
	TroubleNode = Trouble{
		ID: "node-not-ready", Link: LinkNodes, Level: LevelWarn,
		Seen: `node "{node}" is not ready: {reason}`,
		Why:  "The kubelet has stopped reporting, or says that it lacks something. The pods on the node do not serve, and go elsewhere after some minutes.",
		Fix:  "kubectl describe node {node}",
	}
	TroubleIstioMissing = Trouble{
		ID: "istio-missing", Link: LinkIstio, Level: LevelFail,
		Seen: "this cluster has no Istio: its kinds are unknown",
		Why:  "Services are routed by Istio. Install brings it where it is missing.",
		Fix:  "kubectl rio install",
	}
	TroubleInjectorMissing = Trouble{
		ID: "injector-missing", Link: LinkIstio, Level: LevelFail,
		Seen: "Istio's injector is not there, so neither gateways nor sidecars start",
		Why:  "No MutatingWebhookConfiguration has the label app=sidecar-injector: istiod was removed, or only a part of Istio was installed.",
		Fix:  "kubectl rio install",
	}
	TroubleIstiod = Trouble{
		ID: "istiod-down", Link: LinkIstio, Level: LevelFail,
		Seen: "no istiod is ready ({ready}/{wanted}, deployment {deployment})",
		Why:  "Proxies go on with what they know; new routes, new pods and new sidecars are not known to them until istiod is back.",
		Fix:  "{command}",
	}
	TroubleIstiodGone = Trouble{
		ID: "istiod-gone", Link: LinkIstio, Level: LevelFail,
		Seen: "there is no istiod behind service {service}",
		Why:  "Somebody removed its Deployment. Proxies go on with what they know; new routes, new pods and new sidecars are not known to them.",
		Fix:  "kubectl rio install, or what else installed Istio",
	}
	TroubleRioMissing = Trouble{
		ID: "rio-missing", Link: LinkRio, Level: LevelFail,
		Seen: "kubectl rio is not installed in this cluster",
		Why:  "Without its gateway no service has a URL.",
		Fix:  "kubectl rio install",
	}
	TroubleRioDrift = Trouble{
		ID: "rio-drift", Link: LinkRio, Level: LevelWarn,
		Seen: "not as they were installed: {objects}",
		Why:  "Somebody removed or edited what the chart made.",
		Fix:  "kubectl rio install",
	}
	TroubleDefaults = Trouble{
		ID: "defaults-missing", Link: LinkRio, Level: LevelFail,
		Seen: "configmap rio-defaults/rio is not there, so nobody knows where services are published",
		Why:  "Every user's commands read the domain and the gateway from it. Somebody removed it.",
		Fix:  "kubectl rio install",
	}
	TroublePolicy = Trouble{
		ID: "policy-missing", Link: LinkPolicy, Level: LevelWarn,
		Seen: "{policy} is not there, so weights are not checked to sum to 100",
		Why:  "Istio accepts weights of any sum and scales them. The policy refuses them; somebody removed it.",
		Fix:  "kubectl rio install",
	}
	TroubleWebhookMissing = Trouble{
		ID: "webhook-missing", Link: LinkWebhook, Level: LevelWarn,
		Seen: "mutatingwebhookconfiguration rio-webhook is not there, so workloads of other tools are not labelled",
		Why:  "Somebody removed it. Nothing else depends on it.",
		Fix:  "kubectl rio install",
	}
	TroubleWebhookPods = Trouble{
		ID: "webhook-down", Link: LinkWebhook, Level: LevelWarn,
		Seen: "no pod of the webhook is ready ({ready}/{wanted}), so workloads of other tools are not labelled",
		Why:  "It fails open: nothing is refused, and what is created meanwhile stays without labels.",
		Fix:  "{command}",
	}
	TroubleWebhookTrust = Trouble{
		ID: "webhook-trust", Link: LinkWebhook, Level: LevelWarn,
		Seen: "the API server cannot trust the webhook: {error}",
		Why:  "The certificate that it serves has expired, or is not of an authority in the caBundle of mutatingwebhookconfiguration rio-webhook. The webhook puts both right itself, every ten seconds or more often.",
		Fix:  "kubectl rollout restart -n rio-system deployment/rio-webhook",
	}
	TroubleWebhookUnreached = Trouble{
		ID: "webhook-unreached", Link: LinkWebhook, Level: LevelWarn,
		Seen: "the API server does not reach the webhook: {error}",
		Why:  "Something between the control plane and the pods is shut: a firewall, a network policy, or a network of pods that the control plane is not in. Each workload of other tools waits two seconds for it, and stays without labels.",
		Fix:  "let the control plane reach port {port} of the pods in rio-system; or do without: kubectl rio install --set labels.mode=none",
	}
	TroubleStackSidecars = Trouble{
		ID: "stack-sidecars", Link: LinkStacks, Level: LevelWarn,
		Seen: `{count} of stack "{stack}" asked for a sidecar and got none: {pods}`,
		Why:  "They were made while Istio's injector was away. They serve, but are not part of the mesh.",
		Fix:  "kubectl rollout restart -n {stack} {workloads}",
	}
)
