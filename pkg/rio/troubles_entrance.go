package rio

// What can be wrong between the user and the gateway.
var (
	TroubleRights = Trouble{
		ID: "rights", Link: LinkRights, Level: LevelNote,
		Seen: "you may not read {resource} {where}, so these are not looked at",
		Why:  "Your account has no right to read them. All other links are looked at.",
		Fix:  "{command}",
	}
	TroubleNipIO = Trouble{
		ID: "nip-io", Link: LinkDNS, Level: LevelWarn,
		Seen: "{host} cannot be resolved here: {error}",
		Why:  "nip.io answers ADDRESS.nip.io with ADDRESS. The resolver of your machine does not reach it, or drops answers that lead to private addresses.",
		Fix:  "curl --resolve {host}:{port}:{address} {url}/",
	}
	TroubleDNS = Trouble{
		ID: "dns-missing", Link: LinkDNS, Level: LevelFail,
		Seen: "{host} cannot be resolved: {error}",
		Why:  "The domain that services are published under has no record that leads to the gateway.",
		Fix:  "make the DNS record *.{domain}, for {address}; or another domain: kubectl rio install --domain DOMAIN",
	}
	TroubleDNSBalancer = Trouble{
		ID: "dns-balancer", Link: LinkDNS, Level: LevelFail,
		Seen: "{host}, a name below the load balancer's own, cannot be resolved: {error}",
		Why:  "Without a domain of yours services are published below the load balancer's name, and who gave it that, Amazon for one, answers for no name below.",
		Fix:  "kubectl rio install --domain DOMAIN, and make the DNS record *.DOMAIN, a CNAME of {address}",
	}
	TroubleDNSElsewhere = Trouble{
		ID: "dns-elsewhere", Link: LinkDNS, Level: LevelWarn,
		Seen: "{host} leads to {found}, and the gateway is at {address}",
		Why:  "The record is of an earlier address, or something stands in front of the gateway, which is well then.",
		Fix:  "make the DNS record *.{domain}, for {address}; or another domain: kubectl rio install --domain DOMAIN",
	}
	TroubleDomainOld = Trouble{
		ID: "domain-old", Link: LinkDNS, Level: LevelWarn,
		Seen: "published under {old}, and the domain is {domain} now: {services}",
		Why:  "The domain was changed, or follows from an address that is another one now. A service keeps its URL until it is published again; by the old one it is reached as long as that leads to the gateway.",
		Fix:  "KUBE_EDITOR=true kubectl rio edit {names}",
	}
	TroubleBalancerMissing = Trouble{
		ID: "balancer-missing", Link: LinkBalancer, Level: LevelFail,
		Seen: "service rio-system/rio-lb is not there",
		Why:  "It leads into the gateway. Somebody removed it, or kubectl rio is not installed.",
		Fix:  "kubectl rio install",
	}
	TroubleNoAddress = Trouble{
		ID: "balancer-address", Link: LinkBalancer, Level: LevelFail,
		Seen: "service rio-system/rio-lb has no address: this cluster has no load balancer, or it has none to give",
		Why:  "A Service of type LoadBalancer gets its address from the cluster's provider. Where there is none it waits for ever.",
		Fix:  "kubectl rio install --host-port",
	}
	TroubleNoConnection = Trouble{
		ID: "balancer-answer", Link: LinkBalancer, Level: LevelFail,
		Seen: "{address} does not answer: {error}",
		Why:  "A firewall is in between, the load balancer reaches no node, or its address is reached only from inside the cluster's network.",
		Fix:  "kubectl port-forward -n rio-system service/rio-lb 8080:{port}",
	}
	TroubleGatewayMissing = Trouble{
		ID: "gateway-missing", Link: LinkGateway, Level: LevelFail,
		Seen: "gateway {gateway} is not there",
		Why:  "Routes name the Gateway that they are served on. Somebody removed it, or kubectl rio is not installed.",
		Fix:  "kubectl rio install",
	}
	TroubleGatewayScaled = Trouble{
		ID: "gateway-scaled", Link: LinkGateway, Level: LevelFail,
		Seen: "deployment rio-system/rio-lb, the gateway, is scaled to 0",
		Why:  "Somebody scaled it down. Nothing comes in from outside.",
		Fix:  "kubectl scale -n rio-system deployment/rio-lb --replicas=1",
	}
	TroubleGatewayPods = Trouble{
		ID: "gateway-pods", Link: LinkGateway, Level: LevelFail,
		Seen: "no pod of the gateway is ready ({ready}/{wanted})",
		Why:  "Its image cannot be pulled, its ports are taken, or istiod does not answer it: the lines below say which.",
		Fix:  "kubectl describe pods -n rio-system -l gateway=external",
	}
	TroubleGatewayPort = Trouble{
		ID: "gateway-port", Link: LinkGateway, Level: LevelFail,
		Seen: "gateway {gateway} has no server for port {port} and {host}",
		Why:  "The port was closed, or the hosts of the server were narrowed, after the service was published.",
		Fix:  "kubectl rio install {ports}",
	}
	TroubleGatewayHTTPS = Trouble{
		ID: "gateway-https", Link: LinkGateway, Level: LevelFail,
		Seen: "gateway {gateway} has no server for https and {host}",
		Why:  "The certificate was taken away, or the hosts of the server were narrowed, after the service was published.",
		Fix:  "kubectl rio install --tls-secret NAME; or publish the service without: KUBE_EDITOR=true kubectl rio edit {names}",
	}
	TroubleGatewayRedirect = Trouble{
		ID: "gateway-redirect", Link: LinkGateway, Level: LevelFail,
		Seen: "gateway {gateway} redirects http to https, and {host} is served over http only",
		Why:  "The service was published before the gateway got its certificate.",
		Fix:  "KUBE_EDITOR=true kubectl rio edit {names}",
	}
	TroubleGatewaySelector = Trouble{
		ID: "gateway-selector", Link: LinkGateway, Level: LevelFail,
		Seen: "gateway {gateway} selects pods by {selector}, and there is none",
		Why:  "Somebody changed the selector of the Gateway, or the labels of the pods.",
		Fix:  "kubectl rio install",
	}
	TroubleGatewayTwice = Trouble{
		ID: "gateway-twice", Link: LinkGateway, Level: LevelWarn,
		Seen: "gateway {other} serves port {port} and {host} on the same pods, as {protocol}",
		Why:  "Of two Gateways with one port on the same pods Istio takes the older one where they do not agree.",
		Fix:  "kubectl edit gateways.networking.istio.io -n {namespace} {name}",
	}
	TroubleHostTaken = Trouble{
		ID: "host-taken", Link: LinkHost, Level: LevelFail,
		Seen: "{host} is a host of virtualservice {other} too",
		Why:  "Istio has one list of routes for a host. Of two VirtualServices with the same host the routes of the older one come first, or it alone counts.",
		Fix:  "kubectl edit virtualservice -n {namespace} {name}",
	}
)
