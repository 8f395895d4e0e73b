package rio

// What can be wrong with the pods of a revision. {share} is what it gets of the traffic,
// {pods} how many of its pods are ready. A revision is staged anew as {staged}, with the {flags}
// that it has; latest as another one, which is promoted {then}.
var (
	TroubleScaledToZero = Trouble{
		ID: "scaled-to-zero", Link: LinkPods, Level: LevelFail,
		Seen: "{share}, scaled to 0",
		Why:  "Somebody, or an autoscaler, scaled it down. Its requests are answered with 503.",
		Fix:  "kubectl rio scale -n {stack} {ref}=1",
	}
	TroubleQuota = Trouble{
		ID: "quota", Link: LinkPods, Level: LevelFail,
		Seen: `{share}, {pods}: quota "{quota}" of the namespace is used up: {message}`,
		Why:  "The ResourceQuota of the namespace allows no further pod of this size.",
		Fix:  "kubectl edit resourcequota -n {stack} {quota}",
	}
	TroublePodSecurity = Trouble{
		ID: "pod-security", Link: LinkPods, Level: LevelFail,
		Seen: "{share}, {pods}: the namespace's Pod Security refuses the pod: {message}",
		Why:  "The namespace enforces a Pod Security level that the pod, or its sidecar's init container, does not keep.",
		Fix:  "kubectl label namespace {stack} pod-security.kubernetes.io/enforce=privileged --overwrite",
	}
	TroublePodsRefused = Trouble{
		ID: "pods-refused", Link: LinkPods, Level: LevelFail,
		Seen: "{share}, {pods}: the API server refuses the pod: {message}",
		Why:  "An admission webhook, a policy, a LimitRange or a missing service account is in the way: the message names it.",
		Fix:  "kubectl describe replicaset -n {stack} -l {selector}",
	}
	TroubleUnschedulable = Trouble{
		ID: "unschedulable", Link: LinkPods, Level: LevelFail,
		Seen: "{share}, {pods}: no node has room for the pod: {message}",
		Why:  "It asks for more CPU or memory than any node has left.",
		Fix:  "kubectl rio stage -n {stack}{flags} --cpus N -m N {staged}{then}",
	}
	TroubleUnplaced = Trouble{
		ID: "unplaced", Link: LinkPods, Level: LevelFail,
		Seen: "{share}, {pods}: no node may take the pod: {message}",
		Why:  "Its node rules fit none, all are cordoned or tainted, or its volume is on none.",
		Fix:  "kubectl get nodes --show-labels",
	}
	TroubleUnbound = Trouble{
		ID: "unbound", Link: LinkPods, Level: LevelFail,
		Seen: "{share}, {pods}: volume claim {claims} has no storage: {message}",
		Why:  "No PersistentVolume is free for it, and its StorageClass is not there or makes none.",
		Fix:  "{command}",
	}
	TroubleImage = Trouble{
		ID: "image-pull", Link: LinkPods, Level: LevelFail,
		Seen: `{share}, {pods}: image "{image}" cannot be pulled ({reason})`,
		Why:  "The name or tag is wrong, the registry is not reached, or it wants a password.",
		Fix:  "kubectl rio stage -n {stack}{flags} --image IMAGE {staged}{then}",
	}
	TroubleConfig = Trouble{
		ID: "config-missing", Link: LinkPods, Level: LevelFail,
		Seen: `{share}, {pods}: container "{container}" cannot be started as configured: {message}`,
		Why:  "The pod takes environment variables from a ConfigMap or Secret that is not there, or has no such key.",
		Fix:  "{command}",
	}
	TroubleVolume = Trouble{
		ID: "volume", Link: LinkPods, Level: LevelFail,
		Seen: "{share}, {pods}: a volume of the pod cannot be mounted: {message}",
		Why:  "The ConfigMap, Secret or claim that it is made of is not there, or the disk is held by another node.",
		Fix:  "{command}",
	}
	TroubleCrash = Trouble{
		ID: "crash", Link: LinkPods, Level: LevelFail,
		Seen: `{share}, {pods}: container "{container}" ended (exit {code}, {restarts} restarts)`,
		Why:  "The program ends by itself, or its liveness probe fails and the kubelet ends it, and starts it again, each time a little later. Its last line is shown.",
		Fix:  "kubectl rio logs -n {stack} --previous {ref}",
	}
	TroubleMemory = Trouble{
		ID: "out-of-memory", Link: LinkPods, Level: LevelFail,
		Seen: `{share}, {pods}: container "{container}" was killed because it used more than its {limit} of memory ({restarts} restarts)`,
		Why:  "The kernel ends what goes over the memory limit of its container.",
		Fix:  "kubectl set resources -n {stack} {workload} -c {container} --limits=memory=N",
	}
	TroubleProbe = Trouble{
		ID: "probe", Link: LinkPods, Level: LevelFail,
		Seen: `{share}, {pods}: container "{container}" runs, and its probe says that it is not ready: {message}`,
		Why:  "Kubernetes sends it no traffic until its readiness probe succeeds.",
		Fix:  "kubectl rio logs -n {stack} {ref}",
	}
	TroublePaused = Trouble{
		ID: "paused", Link: LinkPods, Level: LevelFail,
		Seen: "{share}, {pods}: {workload} is paused, so its pods are not replaced",
		Why:  "Somebody stopped its rollouts (kubectl rollout pause). The pods of the template before stay until they go on.",
		Fix:  "kubectl rollout resume -n {stack} {workload}",
	}
	TroubleStarting = Trouble{
		ID: "starting", Link: LinkPods, Level: LevelNote,
		Seen: "{share}, {pods}: pods are being made or replaced",
		Why:  "A rollout or a start is under way, and nothing says that it cannot end well.",
		Fix:  "kubectl rollout status -n {stack} {workload}",
	}
	TroubleSidecarMissing = Trouble{
		ID: "sidecar-missing", Link: LinkPods, Level: LevelWarn,
		Seen: "{names} asked for a sidecar and got none",
		Why:  "Istio's injector was away when the pod was made, or its rules leave the namespace out. The pod serves without the mesh: its own calls are not split by weight.",
		Fix:  "kubectl rollout restart -n {stack} {workload}",
	}
	TroubleSidecar = Trouble{
		ID: "sidecar", Link: LinkPods, Level: LevelFail,
		Seen: "{share}, {pods}: the sidecar is not ready: {message}",
		Why:  "The proxy beside the container waits for istiod, or cannot start.",
		Fix:  "kubectl rio check",
	}
	TroublePromotion = Trouble{
		ID: "promotion-open", Link: LinkRelease, Level: LevelWarn,
		Seen: `promotion of "{ref}" has begun and is not finished`,
		Why:  "The command was interrupted. All requests are served; other commands refuse to change the service until it is finished.",
		Fix:  "kubectl rio promote -n {stack} {ref}; or go back: kubectl rio undo -n {stack} {service}",
	}
	TroubleUndo = Trouble{
		ID: "undo-open", Link: LinkRelease, Level: LevelWarn,
		Seen: `undo of "{service}" has begun and is not finished`,
		Why:  "The command was interrupted. All requests are served; other commands refuse to change the service until it is finished.",
		Fix:  "kubectl rio undo -n {stack} {service}",
	}
	TroubleRemoval = Trouble{
		ID: "removal-open", Link: LinkRelease, Level: LevelWarn,
		Seen: `removal of "{ref}" has begun and is not finished`,
		Why:  "The command was interrupted, or is under way.",
		Fix:  "kubectl rio rm -n {stack} {ref}",
	}
	TroubleGradual = Trouble{
		ID: "gradual-open", Link: LinkRelease, Level: LevelNote,
		Seen: `a gradual release of "{ref}" stands at {weight}% on its way to {to}%`,
		Why:  "It runs in somebody's shell, or was interrupted there. Nothing moves by itself.",
		Fix:  "kubectl rio weight -n {stack} --resume {ref}; or go back: kubectl rio abort -n {stack} {service}",
	}
	TroubleNoRoute = Trouble{
		ID: "answer-404", Link: LinkAnswer, Level: LevelFail,
		Seen: "GET {url} answers 404 from the gateway itself: it does not have the route",
		Why:  "The objects are well, and the gateway does not know them: istiod does not reach it, or the VirtualService is not exported to its namespace.",
		Fix:  "istioctl proxy-status",
	}
	TroubleNoPodAnswers = Trouble{
		ID: "answer-503", Link: LinkAnswer, Level: LevelFail,
		Seen: "GET {url} answers {status} from the gateway itself: {body}",
		Why:  "The gateway reaches no pod, or they do not understand each other: mutual TLS on one side only, a NetworkPolicy in between, or a program that listens on another port than it says.",
		Fix:  "kubectl rio logs -n {stack} {ref}",
	}
	TroubleShutOut = Trouble{
		ID: "answer-policy", Link: LinkAnswer, Level: LevelFail,
		Seen: "GET {url} reaches no pod ({what}); NetworkPolicy {policies} says who may, and that is not the gateway",
		Why:  "Pods that a NetworkPolicy selects are reached by those alone whom a policy lets in, and the gateway is in another namespace. Let in the namespace that is labelled kubernetes.io/metadata.name: rio-system.",
		Fix:  "kubectl edit networkpolicy -n {stack} {names}",
	}
	TroublePortClosed = Trouble{
		ID: "answer-refused", Link: LinkAnswer, Level: LevelFail,
		Seen: "GET {url} answers {status} from the sidecar of a pod: nothing listens on {targets}",
		Why:  "The pods run, and their program listens on another port than the service leads to, or inside the pod only, on 127.0.0.1.",
		Fix:  "{command}",
	}
	TroubleNoAnswer = Trouble{
		ID: "answer-none", Link: LinkAnswer, Level: LevelFail,
		Seen: "GET {url} gets no answer: {error}",
		Why:  "The connection is made and nothing comes back: the program hangs, or ends in the midst of a request.",
		Fix:  "kubectl rio logs -n {stack} {ref}",
	}
	TroubleNoCertificate = Trouble{
		ID: "answer-tls", Link: LinkAnswer, Level: LevelFail,
		Seen: "GET {url} gets no certificate of the gateway: {error}",
		Why:  "The Secret with the certificate is not there yet, or has none that can be used. The gateway takes the connection, and ends it.",
		Fix:  "kubectl rio check",
	}
	TroubleCertificate = Trouble{
		ID: "certificate", Link: LinkAnswer, Level: LevelWarn,
		Seen: "GET {url} answers with a certificate that is not trusted here: {error}",
		Why:  "It has expired, is for another name, or is of an authority that this machine does not know. An issuer's is for the stacks of the value tls.stacks alone.",
		Fix:  "kubectl rio install --tls-secret SECRET; with an issuer: kubectl rio install --set 'tls.stacks={STACK,...}'",
	}
	TroubleOwnError = Trouble{
		ID: "answer-5xx", Link: LinkAnswer, Level: LevelWarn,
		Seen: "GET {url} answers {status}, from the service itself",
		Why:  "The way is well; the program fails.",
		Fix:  "kubectl rio logs -n {stack} {ref}",
	}
	TroubleCallers = Trouble{
		ID: "callers", Link: LinkCallers, Level: LevelNote,
		Seen: `{count} of stack "{stack}" without a sidecar ({pods}): calls from there are spread by ready pods, not by weight`,
		Why:  "Requests of pods without a sidecar go through kube-proxy, which knows no weights.",
		Fix:  "{command}",
	}
)
