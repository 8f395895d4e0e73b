package rio

// Links of the way from a service's URL to its containers, in order, and the parts of a
// cluster that are looked at beside them.
const (
	LinkServer  = "server"
	LinkNodes   = "nodes"
	LinkRights  = "rights"
	LinkIstio   = "istio"
	LinkKinds   = "kinds"
	LinkAddress = "address"
	LinkTLS     = "tls"
	LinkRio     = "rio"
	LinkPolicy  = "policy"
	LinkWebhook = "webhook"
	LinkStacks  = "stacks"

	LinkDNS      = "dns"
	LinkBalancer = "balancer"
	LinkGateway  = "gateway"
	LinkHost     = "host"
	LinkRoute    = "route"
	LinkSubset   = "subset"
	LinkService  = "service"
	LinkPods     = "pods"
	LinkRelease  = "release"
	LinkAnswer   = "answer"
	LinkCallers  = "callers"
)

// Troubles is all that kubectl rio check and why know to be bad, as docs/troubleshooting.md
// lists it.
func Troubles() []Trouble {
	return []Trouble{
		TroubleServerOld, TroubleInstallRights, TroubleIstioMissing, TroubleInjectorMissing, TroubleIstiod, TroubleIstiodGone, TroubleIstioOld, TroubleIstioRevision, TroubleIstioInjector, TroubleIstioNamespace, TroubleIstioScope, TroubleIstioKinds,
		TroubleRioMissing, TroubleRioHalf, TroubleRioOlder, TroubleRioApplied, TroubleRioRecord, TroubleRioNewer, TroubleRioDrift, TroubleDefaults, TroublePolicy,
		TroubleAddressWaits, TroubleAddressNone, TroubleAddressClass, TroubleAddressAnswer, TroubleSecret, TroubleNotIssued, TroubleCertManager, TroubleIssuer, TroubleTLSUnused, TroubleRedirect,
		TroubleWebhookMissing, TroubleWebhookPods, TroubleWebhookTrust, TroubleWebhookUnreached, TroubleNode, TroubleStackSidecars,

		TroubleRights, TroubleNipIO, TroubleDNS, TroubleDNSBalancer, TroubleDNSElsewhere, TroubleDomainOld, TroubleBalancerMissing, TroubleNoAddress, TroubleNoConnection,
		TroubleGatewayMissing, TroubleGatewayScaled, TroubleGatewayPods, TroubleGatewayPort, TroubleGatewayHTTPS, TroubleGatewayRedirect, TroubleGatewaySelector, TroubleGatewayTwice,
		TroubleHostTaken, TroubleRouteMissing, TroubleRoutePort, TroubleRouteHost, TroubleRouteGateway, TroubleRouteBefore, TroubleWeights, TroubleRevisionGone,
		TroubleRuleMissing, TroubleSubsetMissing, TroubleSubsetLabels, TroubleRuleTwice,
		TroubleServiceMissing, TroubleServicePort, TroubleEndpoints,

		TroubleScaledToZero, TroubleQuota, TroublePodSecurity, TroublePodsRefused, TroubleUnschedulable, TroubleUnplaced, TroubleUnbound, TroubleImage, TroubleConfig, TroubleVolume,
		TroubleCrash, TroubleMemory, TroubleProbe, TroublePaused, TroubleStarting, TroubleSidecarMissing, TroubleSidecar,
		TroublePromotion, TroubleUndo, TroubleRemoval, TroubleGradual,
		TroubleNoRoute, TroubleNoPodAnswers, TroubleShutOut, TroublePortClosed, TroubleNoAnswer, TroubleNoCertificate, TroubleCertificate, TroubleOwnError, TroubleCallers,
	}
}
