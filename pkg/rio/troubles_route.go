package rio

// What can be wrong with the objects that lead from the gateway to the pods. {write} is a
// command that writes the service's own objects anew and changes nothing else.
var (
	TroubleRouteMissing = Trouble{
		ID: "route-missing", Link: LinkRoute, Level: LevelFail,
		Seen: `virtualservice "{name}" is not there`,
		Why:  "Somebody removed it. The gateway answers 404, and sidecars spread requests by ready pods.",
		Fix:  "{write}",
	}
	TroubleRoutePort = Trouble{
		ID: "route-port", Link: LinkRoute, Level: LevelFail,
		Seen: `virtualservice "{name}" has no route of kubectl rio for port {port}`,
		Why:  "Somebody edited its routes. What matches no route is answered with 404.",
		Fix:  "{write}",
	}
	TroubleRouteHost = Trouble{
		ID: "route-host", Link: LinkRoute, Level: LevelFail,
		Seen: `virtualservice "{name}" does not have the host {host}`,
		Why:  "Somebody took it out of its hosts. The gateway answers 404 for a public host; requests for the name in the mesh are spread by ready pods.",
		Fix:  "{write}",
	}
	TroubleRouteGateway = Trouble{
		ID: "route-gateway", Link: LinkRoute, Level: LevelFail,
		Seen: `virtualservice "{name}" is not bound to {gateway}`,
		Why:  "Somebody took that out of its gateways. The gateway answers 404; sidecars spread requests by ready pods.",
		Fix:  "{write}",
	}
	TroubleRouteBefore = Trouble{
		ID: "route-before", Link: LinkRoute, Level: LevelWarn,
		Seen: `virtualservice "{name}" has a route before the split that takes every request of port {port}`,
		Why:  "Somebody else added it; kubectl rio keeps others' routes where they are. Weights have no effect.",
		Fix:  "kubectl edit virtualservice -n {stack} {name}",
	}
	TroubleWeights = Trouble{
		ID: "weights-sum", Link: LinkRoute, Level: LevelFail,
		Seen: `weights of virtualservice "{name}" sum to {sum}%, want 100%`,
		Why:  "Somebody else wrote the split. Istio scales the weights, so no revision gets what is set, and other commands refuse.",
		Fix:  "kubectl rio abort -n {stack} {service}",
	}
	TroubleRevisionGone = Trouble{
		ID: "revision-gone", Link: LinkRoute, Level: LevelFail,
		Seen: `{share} goes to revision "{revision}", which has no workload`,
		Why:  "Somebody removed its Deployment and left the route to it.",
		Fix:  "{write}",
	}
	TroubleRuleMissing = Trouble{
		ID: "rule-missing", Link: LinkSubset, Level: LevelFail,
		Seen: `destinationrule "{name}" is not there, and routes lead to its subsets`,
		Why:  "Somebody removed it. The proxies answer 503.",
		Fix:  "{write}",
	}
	TroubleSubsetMissing = Trouble{
		ID: "subset-missing", Link: LinkSubset, Level: LevelFail,
		Seen: `{share} goes to subset "{subset}", which destinationrule "{name}" does not have`,
		Why:  "Somebody edited the rule. The proxies answer these requests with 503.",
		Fix:  "{write}",
	}
	TroubleSubsetLabels = Trouble{
		ID: "subset-labels", Link: LinkSubset, Level: LevelFail,
		Seen: `subset "{subset}" of destinationrule "{name}" selects pods by {labels}, which those of the revision do not have`,
		Why:  "Somebody edited the rule. The proxies answer these requests with 503.",
		Fix:  "{write}",
	}
	TroubleRuleTwice = Trouble{
		ID: "rule-twice", Link: LinkSubset, Level: LevelWarn,
		Seen: `destinationrule "{other}" is for host "{host}" too`,
		Why:  "Istio merges rules of one host; of subsets or policies that both have, those of the older rule count.",
		Fix:  "kubectl edit destinationrule -n {stack} {other}",
	}
	TroubleServiceMissing = Trouble{
		ID: "service-missing", Link: LinkService, Level: LevelFail,
		Seen: `service "{name}" is not there, and routes lead to it`,
		Why:  "Somebody removed it. The proxies answer 503, and the name is unknown in the cluster.",
		Fix:  "{write}",
	}
	TroubleServicePort = Trouble{
		ID: "service-port", Link: LinkService, Level: LevelFail,
		Seen: `port {port} of service "{name}" leads to port "{target}" of the pods, which those of {revision} do not have`,
		Why:  "A port of a Service leads to the container's port of that name. Somebody edited the Service or the workload.",
		Fix:  "{write}",
	}
	TroubleEndpoints = Trouble{
		ID: "endpoints-none", Link: LinkService, Level: LevelFail,
		Seen: `service "{name}" leads to none of the {ready} ready pods of {revision}: it selects {selector}`,
		Why:  "Somebody edited the selector of the Service or the labels of the pods.",
		Fix:  "{write}",
	}
)
