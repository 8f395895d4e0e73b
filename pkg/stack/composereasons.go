package stack

// What docker-compose has and a stack has not, with what there is instead.

// merged is how docker compose makes one file of what it can read from several.
const merged = "docker compose makes one file of all: (echo '#compose'; docker compose config) | kubectl rio up STACK -"

const (
	upWhole             = "a stack is brought up whole; take out the services that are not wanted, or have them left out: " + merged
	unknownToKubernetes = "Kubernetes has no notion of it; take the key out"
	reserveCPUs         = "reserve CPUs instead: deploy: {resources: {reservations: {cpus: 0.5}}}"
	ofWindows           = "it is for Windows, on whose nodes Istio serves nobody; take the key out"
	fromPlugins         = "Kubernetes gives pods devices by the name that a device plugin offers them under; write below the service devices: [nvidia.com/gpu=1]"
	stopsItself         = "a rollout stops by itself where new pods do not become ready, and goes back by: kubectl rio undo; take the key out"
	ofOtherSystems      = "it is for Docker on other systems only"
	placedCgroups       = "Kubernetes places the pods' cgroups; take the key out"
	swapOfNodes         = "whether a pod may swap is set on its node; take the key out"
	keptByCluster       = "the cluster keeps its secrets itself; take the key out"
	limitedOnNodes      = "the number of processes of a pod is limited on its node (podPidsLimit); take the key out"
	restartsAnyway      = "Kubernetes restarts a container again and again, after pauses that grow; take the key out"
)

func composeReasons() map[string]key {
	return map[string]key{
		"extends": no(merged), "profiles": no(upWhole),

		"attach":            no("up does not show what containers write; take the key out, and see: kubectl rio logs SERVICE"),
		"blkioConfig":       no(unknownToKubernetes),
		"cgroup":            no(placedCgroups),
		"cpuCount":          no(ofWindows),
		"cpuPercent":        no(ofWindows),
		"cpuRtPeriod":       no(unknownToKubernetes),
		"cpuRtRuntime":      no(unknownToKubernetes),
		"credentialSpec":    no(ofWindows),
		"deviceCgroupRules": no(fromPlugins),
		"domainname":        no("the domain of a pod is that of its stack; take the key out"),
		"gpus":              no(fromPlugins),
		"isolation":         no(ofWindows),
		"labelFile":         no("write what is in the file below labels"),
		"memSwappiness":     no(swapOfNodes),
		"models":            no("there is nothing that runs models in a cluster; run one as a service, and give its address in environment"),
		"oomScoreAdj":       no("Kubernetes sets it by the memory that is reserved: mem_reservation"),
		"pidsLimit":         no(limitedOnNodes),
		"postStart":         no("there are no hooks; let the program do it when it starts, or a sidekick"),
		"preStart":          no("there are no hooks; what is to run before is an init container: sidekicks with init_container"),
		"preStop":           no("there are no hooks; let the program do it when it is told to end, for which it has stop_grace_period"),
		"provider":          no("nothing in a cluster calls such a program; make it with its own tools, and take the service out"),
		"pullRefreshAfter":  no("an image is pulled when a pod begins: pull_policy: always"),
		"storageOpt":        no("a container's own file system has no size here; mount a volume of one: volumes: [\"/data:size=1\"]"),
		"umask":             no(unknownToKubernetes),
		"useApiSocket":      no("there is no docker in a cluster; what a pod may ask Kubernetes for is said by permissions"),
		"uts":               no("a pod has a host name of its own, which hostname sets; take the key out"),
	}
}

var fileReasons = map[string]key{
	"include": no(merged),
	"models":  no("there is nothing that runs models in a cluster; run one as a service"),
	"jobs":    no("a stack has services, which do not end; what is to end is a job: kubectl create job"),
}

var secretReasons = map[string]key{
	"driver": no(keptByCluster), "driverOpts": no(keptByCluster),
}

var deployReasons = map[string]key{
	"mode": {read: readMode}, "endpointMode": only("a service has one address for all its pods; want vip", "vip"),
	"labels":         no("docker-compose sets them on the service only; take them out, or write them as labels of the service to set them on its pods"),
	"placement":      no("nodes are chosen by their labels: take the key out, or write below the service scheduling: {node: {require_all: [disk=ssd]}}"),
	"rollbackConfig": no("undo replaces pods as a rollout does, one after the other as they are ready; take the key out"),
}

var updateReasons = map[string]key{
	"parallelism":   {read: readParallelism},
	"delay":         no("a pod is replaced when its successor is ready, and not by the clock; take the key out, and give a readycheck"),
	"failureAction": no(stopsItself), "monitor": no(stopsItself), "maxFailureRatio": no(stopsItself),
}

var onlyModes = only("a service has as many pods as its scale, or one on each node; want replicated or global", "replicated", "global")

var restartReasons = map[string]key{"condition": only("Kubernetes always restarts the containers of a service; want any", "any"), "delay": no(restartsAnyway), "maxAttempts": no(restartsAnyway), "window": no(restartsAnyway)}

func resourceKeys() map[string]key {
	return map[string]key{
		"cpus": {read: readCPUsOf}, "pids": no(limitedOnNodes), "devices": no(fromPlugins), "genericResources": no(fromPlugins),
	}
}
