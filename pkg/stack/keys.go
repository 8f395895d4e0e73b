package stack

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// key says what a key of a mapping means where it is not simply the field of that name: a
// field by another name, a form that is read here (into the field, where one is named), or
// nothing, and then why.
type key struct {
	field string
	read  func(d *decoder, n *yaml.Node, path string, v reflect.Value)
	why   string
}

// keyOf finds the meaning of a key, in camelCase, in a mapping that is read into a type.
func keyOf(t reflect.Type, name string) key {
	for _, table := range tablesOf(t) {
		if k, ok := table[name]; ok {
			return k
		}
	}
	return key{}
}

// fieldOf is the field that a key stands for in a mapping that is read into a type, or the key
// in camelCase. What begins with x- stands for nothing but itself.
func fieldOf(t reflect.Type, key string) string {
	if strings.HasPrefix(key, "x-") {
		return key
	}
	name := camel(key)
	return cmp.Or(keyOf(t, name).field, name)
}

func tablesOf(t reflect.Type) []map[string]key {
	switch t {
	case reflect.TypeFor[File]():
		return []map[string]key{fileKeys, fileReasons, {"networks": {read: readNetworks}, "services": {read: readServices}}}
	case reflect.TypeFor[Service]():
		return []map[string]key{serviceKeys(), podKeys(), containerKeys(), statusKeys, composeReasons()}
	case reflect.TypeFor[spec.Revision]():
		return []map[string]key{podKeys(), containerKeys(), statusKeys, composeReasons()}
	case reflect.TypeFor[spec.Sidekick]():
		return []map[string]key{containerKeys(), composeReasons()}
	case reflect.TypeFor[spec.Healthcheck]():
		return []map[string]key{healthKeys()}
	case reflect.TypeFor[spec.Port]():
		return []map[string]key{portKeys()}
	case reflect.TypeFor[spec.Mount]():
		return []map[string]key{mountKeys()}
	case reflect.TypeFor[spec.Tmpfs]():
		return []map[string]key{tmpfsKeys()}
	case reflect.TypeFor[inMemory]():
		return []map[string]key{inMemoryKeys}
	case reflect.TypeFor[spec.MountBind]():
		return []map[string]key{bindKeys}
	case reflect.TypeFor[spec.MountVolume]():
		return []map[string]key{mountVolumeKeys}
	case reflect.TypeFor[network]():
		return []map[string]key{networkKeys()}
	case reflect.TypeFor[ipam]():
		return []map[string]key{ipamKeys}
	case reflect.TypeFor[attachment]():
		return []map[string]key{attachmentKeys()}
	case reflect.TypeFor[spec.FileFrom]():
		return []map[string]key{fileFromKeys()}
	case reflect.TypeFor[Config]():
		return []map[string]key{configKeys(), secretReasons}
	case reflect.TypeFor[deploy]():
		return []map[string]key{deployReasons}
	case reflect.TypeFor[updateConfig]():
		return []map[string]key{updateReasons}
	case reflect.TypeFor[restartPolicy]():
		return []map[string]key{restartReasons}
	case reflect.TypeFor[resources]():
		return []map[string]key{resourceKeys()}
	case reflect.TypeFor[Volume]():
		return []map[string]key{volumeKeys}
	case reflect.TypeFor[dependency]():
		return []map[string]key{dependencyKeys}
	case reflect.TypeFor[rio.Route](), reflect.TypeFor[rio.Retry](), reflect.TypeFor[rio.Fault](), reflect.TypeFor[rio.RouteTarget]():
		return []map[string]key{routeKeys}
	}
	return nil
}

func no(why string) key { return key{why: why} }

// always is a switch that is on in a cluster, whatever anybody says.
func always(why string) key { return setTo(true, why) }

// never is one that is off there.
func never(why string) key { return setTo(false, why) }

func setTo(want bool, why string) key {
	return key{read: func(d *decoder, n *yaml.Node, path string, _ reflect.Value) {
		if on, err := strconv.ParseBool(n.Value); err != nil || on != want {
			d.fail(n, path, "%q cannot be: %s; take the key out", n.Value, why)
		}
	}}
}

// only are words that say what is so in a cluster anyway; any other is refused.
func only(why string, words ...string) key {
	return key{read: func(d *decoder, n *yaml.Node, path string, _ reflect.Value) {
		if !saysNothing(n) && !slices.Contains(words, n.Value) {
			d.fail(n, path, "%q cannot be: %s", n.Value, why)
		}
	}}
}

// passedOver are keys of docker's own that come to nothing in a cluster.
var passedOver = key{read: func(*decoder, *yaml.Node, string, reflect.Value) {}}

func also(field string) key { return key{field: field} }

var fileKeys = map[string]key{
	"version":    passedOver, // by docker-compose too
	"kubernetes": no("manifests of Kubernetes are for kubectl apply; take the key out"),
}

var statusKeys = map[string]key{
	"id": no(onlyShown), "name": no(onlyShown), "stack": no(onlyShown), "state": no(onlyShown), "created": no(onlyShown),
	"endpoints": no(onlyShown), "scaleStatus": no(onlyShown), "conditions": no(onlyShown),
}

const onlyShown = "it is what the cluster says of a service, and cannot be set"

// podKeys are those of services and revisions beside the fields of package spec: Rio's
// shorter names, and docker-compose's.
func podKeys() map[string]key {
	return map[string]key{
		"annotations": also("metadata"), "network": also("net"), "dnsOpt": also("dnsOptions"),
		"perms": also("permissions"), "globalPerms": also("globalPermissions"),

		"labels": {read: readLabels}, "networkMode": saidAs("net", bridged), "ipc": saidAs("ipc", isolated),
		"containerName": {read: readContainerName}, "networks": {read: readAttached}, "links": {read: readLinks},

		"externalLinks": no("services of other stacks are reached as SERVICE.STACK; take the key out"),
		"macAddress":    no(givenAddresses),
		"develop":       no("it is for docker compose watch; take the key out"),
		"platform":      {read: readPlatform},
		"runtime":       no("Kubernetes chooses the runtime by a RuntimeClass, which cannot be named here; take the key out"),
		"scheduler":     no("write it below scheduling"),

		"restart": {read: readRestart}, "deploy": {read: readDeploy},
	}
}

func containerKeys() map[string]key {
	return map[string]key{
		"env": {field: "environment", read: readEnvironment}, "environment": {read: readEnvironment}, "interactive": also("stdinOpen"), "mem": also("memoryReservationBytes"), "memory": also("memoryReservationBytes"),
		"memReservation": also("memoryReservationBytes"), "memoryReservation": also("memoryReservationBytes"),
		"memLimit": also("memoryLimitBytes"), "memoryLimit": also("memoryLimitBytes"), "pullPolicy": saidAs("imagePullPolicy", pulled),
		"healthCheck": also("healthcheck"), "health": also("healthcheck"), "readyCheck": also("readycheck"), "ready": also("readycheck"),
		"volumeDriver": also("defaultVolumeDriver"),

		"ports": {read: readPorts("ports", true)}, "expose": {read: readPorts("expose", false)},

		"volumes": {read: readVolumes}, "tmpfs": {read: readTmpfs}, "configs": {read: readFiles("configs", "/", "/")}, "secrets": {read: readFiles("secrets", "", secretDir)},

		"cpus":       {field: "nanoCpus", read: readCPUs},
		"envFile":    {read: readEnvFile},
		"logging":    {read: readLogging},
		"command":    {read: readWords("command")},
		"entrypoint": {read: readWords("entrypoint")},

		"build":   passedOver, // beside an image, see check
		"ulimits": no("Kubernetes has no notion of it, and a container has the limits that its node's runtime gives to all; take the key out"),
		"sysctls": no("take the key out, and set them with kubectl, in the Deployment's spec.template.spec.securityContext.sysctls"), "shmSize": {read: readShmSize},
		"cgroupParent": no(placedCgroups), "oomKillDisable": no(unknownToKubernetes), "memswapLimit": no(swapOfNodes),
		"usernsMode": only("a pod is in the user namespace of its node; want host, or take the key out", "host"),
		"cpuShares":  no(reserveCPUs), "cpuset": no(reserveCPUs), "cpuQuota": no(reserveCPUs), "cpuPeriod": no(reserveCPUs),
		"stopSignal": no("the image's own STOPSIGNAL counts; set it there, and take the key out"),
	}
}

func mountKeys() map[string]key {
	return map[string]key{
		"type": also("kind"), "source": {read: readSource}, "readOnly": also("readonly"), "consistency": inCompose(ofOtherSystems),
	}
}

func fileFromKeys() map[string]key { return map[string]key{"source": {read: readConfigSource}} }

var bindKeys = map[string]key{
	"createHostPath": always("the node makes a directory that is not there"),
	"selinux":        inCompose("Kubernetes labels volumes for SELinux by itself; take the key out"),
}

var mountVolumeKeys = map[string]key{
	"subpath": also("subPath"), "nocopy": neverCopied, "noCopy": {field: "nocopy", read: neverCopied.read},
}

// neverCopied is docker's switch for what it otherwise does: fill a new volume from the image.
var neverCopied = always("Kubernetes never copies from the image into a volume; what is to be in it an init container can copy")

// routeKeys are those of a route, and of its parts.
var routeKeys = map[string]key{
	"match": also("matches"), "timeout": also("timeoutMillis"), "delay": also("delayMillis"),
	"split": no("it follows from the weights of the service"),
}

var volumeKeys = map[string]key{
	"name":       ownName("a volume has the name that stands before it"),
	"driverOpts": no("a storage class has its options itself; name it with driver"),
	"labels":     no("volumes have the labels that find them; take the key out"),
	"size":       also("sizeInGb"),
}
