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
	read  reader
	why   string
}

// reader reads the value of a key into what its mapping is read into.
type reader func(d *decoder, n *yaml.Node, path string, v reflect.Value)

// keyOf finds the meaning of a key, in camelCase, in a mapping that is read into a type.
func (d *decoder) keyOf(t reflect.Type, name string) key {
	for _, table := range d.tables[t] {
		if k, ok := table[name]; ok {
			return k
		}
	}
	return key{}
}

// fieldOf is the field that a key stands for in a mapping that is read into a type, or the key
// in camelCase. What begins with x- stands for nothing but itself.
func (d *decoder) fieldOf(t reflect.Type, key string) string {
	if strings.HasPrefix(key, "x-") {
		return key
	}
	name := camel(key)
	return cmp.Or(d.keyOf(t, name).field, name)
}

// tables say what keys mean, by the type that a mapping is read into. Of several the first that has
// a key counts.
func tables() map[reflect.Type][]map[string]key {
	pod, container, reasons, route := podKeys(), containerKeys(), composeReasons(), []map[string]key{routeKeys}
	return map[reflect.Type][]map[string]key{
		reflect.TypeFor[File]():             {fileKeys, fileReasons},
		reflect.TypeFor[Service]():          {serviceKeys(), pod, container, statusKeys, reasons},
		reflect.TypeFor[spec.Revision]():    {pod, container, statusKeys, reasons},
		reflect.TypeFor[spec.Sidekick]():    {container, reasons},
		reflect.TypeFor[spec.Healthcheck](): {healthKeys()},
		reflect.TypeFor[spec.Port]():        {portKeys()},
		reflect.TypeFor[spec.Mount]():       {mountKeys()},
		reflect.TypeFor[spec.MountBind]():   {bindKeys},
		reflect.TypeFor[spec.MountVolume](): {mountVolumeKeys},
		reflect.TypeFor[spec.Tmpfs]():       {tmpfsKeys()},
		reflect.TypeFor[inMemory]():         {inMemoryKeys},
		reflect.TypeFor[spec.FileFrom]():    {{"source": {read: readConfigSource}}},
		reflect.TypeFor[Config]():           {configKeys(), secretReasons},
		reflect.TypeFor[Volume]():           {volumeKeys},
		reflect.TypeFor[network]():          {networkKeys()},
		reflect.TypeFor[ipam]():             {{"config": no(givenAddresses), "options": no(givenAddresses)}},
		reflect.TypeFor[attachment]():       {attachmentKeys()},
		reflect.TypeFor[dependency]():       {{"condition": {read: readCondition}}},
		reflect.TypeFor[deploy]():           {deployReasons},
		reflect.TypeFor[updateConfig]():     {updateReasons},
		reflect.TypeFor[restartPolicy]():    {restartReasons},
		reflect.TypeFor[resources]():        {resourceKeys()},
		reflect.TypeFor[rio.Route]():        route,
		reflect.TypeFor[rio.RouteTarget]():  route,
		reflect.TypeFor[rio.Retry]():        route,
		reflect.TypeFor[rio.Fault]():        route,
	}
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
	"networks":   {read: readNetworks}, "services": {read: readServices},
}

var statusKeys = map[string]key{
	"id": no(onlyShown), "name": no(onlyShown), "stack": no(onlyShown), "state": no(onlyShown), "created": no(onlyShown),
	"endpoints": no(onlyShown), "scaleStatus": no(onlyShown), "conditions": no(onlyShown),
	"match":  no("which requests come to a revision beside its weight is set with stage --match, and stays; take the key out"),
	"sticky": no("the cookie that keeps users on a revision is set with weight --sticky, and stays; take the key out"),
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

		"volumes": {read: readVolumes}, "tmpfs": {read: readTmpfs}, "configs": {read: readFiles("configs", "/", "/")}, "secrets": {read: readFiles("secrets", "", spec.SecretDir)},

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
	"match": also("matches"), "timeout": spanOf("timeoutMillis"), "delay": spanOf("delayMillis"),
	"split": no("it follows from the weights of the service"),
}

var volumeKeys = map[string]key{
	"name":       ownName("a volume has the name that stands before it"),
	"driverOpts": no("a storage class has its options itself; name it with driver"),
	"labels":     no("volumes have the labels that find them; take the key out"),
	"size":       also("sizeInGb"),
}
