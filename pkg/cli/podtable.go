package cli

import (
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// Groups of flags, in the order in which help shows them. What a container has of its own, a
// sidekick may have too.
const (
	groupContainer = "Container"
	groupPorts     = "Ports"
	groupFiles     = "Files and volumes"
	groupHealth    = "Health"
	groupResources = "Resources"
	groupSecurity  = "Security"
	groupPod       = "Pod"
	groupNetwork   = "Network"
	groupNodes     = "Nodes"
	groupRights    = "Rights in the cluster"
	groupRollout   = "Replacing pods"
)

// ofContainer are the groups of flags that sidekicks have.
var ofContainer = []string{groupContainer, groupPorts, groupFiles, groupHealth, groupResources, groupSecurity}

// podTable is every flag that says something of a pod. A new flag is a line here, and a test.
func podTable() []podFlag {
	return []podFlag{
		{"entrypoint", "", groupContainer, "`PROGRAM` to run instead of the image's own; repeat the flag for its arguments, for example --entrypoint sh --entrypoint -x", many, entrypoint},
		{"env-file", "", groupContainer, "`FILE` with one variable NAME=VALUE per line, for example prod.env; a bare NAME takes its value from your own environment", many, envFile},
		{"env", "e", groupContainer, "environment variable `NAME=VALUE`, for example MODE=fast; VALUE may be $(self/ip), $(limits/memory), $(config/NAME), $(secret/NAME/KEY), or have $(OTHER) in it, a variable before this one; $$(OTHER) is that text", many, env},
		{"workdir", "w", groupContainer, "`DIRECTORY` in which the program starts, for example /srv", one, text(func(t target) *string { return &t.c.WorkingDir }, absolute)},
		{"interactive", "i", groupContainer, "keep standard input open", toggle, flip(func(t target) **bool { return &t.c.StdinOpen })},
		{"tty", "t", groupContainer, "give the container a terminal", toggle, flip(func(t target) **bool { return &t.c.TTY })},
		{"image-pull-policy", "", groupContainer, "`WHEN` to pull the image: always, never or not-present; when not given, always for an image with the tag latest or none, else not-present", one, text(func(t target) *string { return &t.c.ImagePullPolicy }, pullPolicy)},

		{"publish", "p", groupPorts, "publish a port, `[PORT:]TARGET[/PROTOCOL]`, TARGET being the container's: http, http2, grpc and https on the gateway's PORT (when not given 80, of https 443), tcp there too if PORT is given; tcp without PORT and udp on a port of every node; for example 80:8080/http", many, parsed(published, func(c *spec.Container) *[]spec.Port { return &c.Ports })},
		{"expose", "", groupPorts, "open a port inside the mesh only, `[PORT:]TARGET[/PROTOCOL]`, for example 5432", many, parsed(exposed, func(c *spec.Container) *[]spec.Port { return &c.Expose })},

		{"config", "", groupFiles, "mount a config as a file, `NAME:TARGET[,mode=OCTAL][,gid=N]`, for example nginx.conf:/etc/nginx/nginx.conf,mode=0440; with NAME?, the config may be missing, and TARGET is an empty directory then", many, parsed(spec.ParseConfigFile, func(c *spec.Container) *[]spec.FileFrom { return &c.Configs })},
		{"secret", "", groupFiles, "mount a secret, `NAME[:TARGET][,mode=OCTAL][,gid=N]`, at /run/secrets/NAME unless TARGET is given; for example db:/etc/db,mode=0400; with NAME?, the secret may be missing, and is an empty directory then", many, parsed(spec.ParseFile, func(c *spec.Container) *[]spec.FileFrom { return &c.Secrets })},
		{"volume", "v", groupFiles, "mount a volume, a path of the node or an empty directory, `[SOURCE:]TARGET[:OPTION,...]` with ro, rw, nocopy, subpath=PATH, rprivate, rslave, rshared, and without SOURCE driver=STORAGECLASS and size=GB; for example data:/var/lib/db, /etc/ssl:/ssl:ro or /scratch", many, parsed(spec.ParseMount, func(c *spec.Container) *[]spec.Mount { return &c.Volumes })},
		{"tmpfs", "", groupFiles, "mount a directory in memory, `PATH[:ro,size=N]`, for example /tmp:size=64m", many, parsed(spec.ParseTmpfs, func(c *spec.Container) *[]spec.Tmpfs { return &c.Tmpfs })},
		{"volumes-from", "", groupFiles, "mount all that a sidekick mounts, `SIDEKICK[:ro]`, for example logs", many, words(func(t target) *[]string { return &t.c.VolumesFrom }, notEmpty)},
		{"volume-driver", "", groupFiles, "`STORAGECLASS` of volumes without a name, which are deleted with the pod; for example fast", one, text(func(t target) *string { return &t.c.DefaultVolumeDriver }, objectName)},

		{"health-cmd", "", groupHealth, "shell `COMMAND` that must exit with 0, or the container is restarted; for example 'test -e /ok'", one, checkTest(health, spec.Shell)},
		{"health-url", "", groupHealth, "`URL` that must answer, or the container is restarted; for example http://localhost:8080/ping, tcp://localhost:5432 or grpc://localhost:9090", one, checkTest(health, spec.URL)},
		{"health-interval", "", groupHealth, "time between two checks, whole `SECONDS`, for example 10s (the default)", one, checkNumber(health, seconds, func(h *spec.Healthcheck) *int32 { return &h.IntervalSeconds })},
		{"health-timeout", "", groupHealth, "time that one check may take, whole `SECONDS`, for example 5s (the default)", one, checkNumber(health, seconds, func(h *spec.Healthcheck) *int32 { return &h.TimeoutSeconds })},
		{"health-start-period", "", groupHealth, "time before the first check, whole `SECONDS`, for example 30s", one, checkNumber(health, seconds, func(h *spec.Healthcheck) *int32 { return &h.InitialDelaySeconds })},
		{"health-retries", "", groupHealth, "`SUCCESSES` in a row that make it ready, for example 2 (the default); with a ready check, use --ready-retries instead", one, checkNumber(health, count, func(h *spec.Healthcheck) *int32 { return &h.HealthyThreshold })},
		{"unhealthy-retries", "", groupHealth, "`FAILURES` in a row that make it unhealthy, for example 3 (the default)", one, checkNumber(health, count, func(h *spec.Healthcheck) *int32 { return &h.UnhealthyThreshold })},
		{"ready-cmd", "", groupHealth, "shell `COMMAND` that must exit with 0, or the pod gets no traffic; when not given, the health check counts, and without one the first port must accept connections", one, checkTest(ready, spec.Shell)},
		{"ready-url", "", groupHealth, "`URL` that must answer, or the pod gets no traffic; for example http://localhost:8080/ready or grpc://localhost:9090, or NONE for no check", one, checkTest(ready, spec.URL)},
		{"ready-interval", "", groupHealth, "time between two checks, whole `SECONDS`, for example 10s (the default)", one, checkNumber(ready, seconds, func(h *spec.Healthcheck) *int32 { return &h.IntervalSeconds })},
		{"ready-timeout", "", groupHealth, "time that one check may take, whole `SECONDS`, for example 5s (the default)", one, checkNumber(ready, seconds, func(h *spec.Healthcheck) *int32 { return &h.TimeoutSeconds })},
		{"ready-start-period", "", groupHealth, "time before the first check, whole `SECONDS`, for example 30s", one, checkNumber(ready, seconds, func(h *spec.Healthcheck) *int32 { return &h.InitialDelaySeconds })},
		{"ready-retries", "", groupHealth, "`SUCCESSES` in a row that make it ready, for example 2 (the default)", one, checkNumber(ready, count, func(h *spec.Healthcheck) *int32 { return &h.HealthyThreshold })},
		{"unready-retries", "", groupHealth, "`FAILURES` in a row that make it not ready, for example 3 (the default)", one, checkNumber(ready, count, func(h *spec.Healthcheck) *int32 { return &h.UnhealthyThreshold })},

		{"cpus", "", groupResources, "`CPUS` to reserve for the container, in each pod, for example 0.5 or 250m", one, cpus},
		{"memory", "m", groupResources, "memory to reserve for the container, in each pod, `BYTES` or a number with b, k, m or g; for example 512m", one, memory(func(t target) **int64 { return &t.c.MemoryReservationBytes })},
		{"memory-limit", "", groupResources, "most memory that the container may use, in each pod, `BYTES` or a number with b, k, m or g; for example 1g", one, memory(func(t target) **int64 { return &t.c.MemoryLimitBytes })},

		{"device", "", groupResources, "device that a plugin of the node offers, `DOMAIN/NAME[=N]`, for example nvidia.com/gpu=1", many, parsed(spec.ParseDevice, func(c *spec.Container) *[]spec.Device { return &c.Devices })},

		{"user", "u", groupSecurity, "user that the program runs as, `UID[:GID]`, for example 1000:1000", one, text(func(t target) *string { return &t.c.User }, spec.CheckUser)},
		{"read-only", "", groupSecurity, "make the container's own file system read-only", toggle, flip(func(t target) **bool { return &t.c.ReadOnly })},
		{"privileged", "", groupSecurity, "give the container all rights on its node", toggle, flip(func(t target) **bool { return &t.c.Privileged })},
		{"cap-add", "", groupSecurity, "Linux `CAPABILITY` to add, for example NET_ADMIN", many, words(func(t target) *[]string { return &t.c.CapAdd }, capability)},
		{"cap-drop", "", groupSecurity, "Linux `CAPABILITY` to drop, for example ALL", many, words(func(t target) *[]string { return &t.c.CapDrop }, capability)},
		{"security-opt", "", groupSecurity, "security `OPTION`: no-new-privileges, seccomp=PROFILE, apparmor=PROFILE, label=type:VALUE; for example seccomp=runtime/default", many, words(func(t target) *[]string { return &t.c.SecurityOpt }, spec.CheckSecurityOption)},

		{"mesh", "", groupPod, "ask for an Istio sidecar (on, unless --mesh=false); Istio gives none to pods in the network of their node", toggle, flip(func(t target) **bool { return &t.rev.Mesh })},
		{"label-file", "", groupPod, "`FILE` with one label KEY=VALUE per line, for example team.labels", many, labelFile},
		{"label", "l", groupPod, "label on the pods, `KEY=VALUE`, for example tier=front", many, label},
		{"metadata", "", groupPod, "annotation on the pods, `KEY=VALUE`, for example example.com/owner=me", many, metadata},
		{"sidekick", "", groupPod, "additional container in the pod, `NAME=[FLAG...] IMAGE [ARG...]` with flags of the groups Container to Security, and --init-container; for example 'logs=-m 64m fluentd -q'", many, sidekick},
		{"init", "", groupPod, "reap ended processes outside of the program: the pod's containers share their processes", toggle, flip(func(t target) **bool { return &t.rev.Init })},
		{"group-add", "", groupPod, "further `GID` of the pod's processes, for example 2000", many, words(func(t target) *[]string { return &t.rev.GroupAdd }, spec.CheckGroup)},
		{"image-pull-secret", "", groupPod, "`SECRET` in the stack to pull images with, for example registry", many, words(func(t target) *[]string { return &t.rev.ImagePullSecrets }, objectName)},
		{"restart", "", groupPod, "`WHEN` to restart a container: always, which is all that Kubernetes has for a service (unless-stopped is the same)", one, text(func(t target) *string { return &t.rev.Restart }, restart)},
		{"stop-timeout", "", groupPod, "time that the program has to stop, `SECONDS`, for example 25s; less than the sidecar's drain time of 5s counts as 5s", one, stopTimeout},

		{"hostname", "", groupNetwork, "host `NAME` that the pod has for itself, for example web", one, text(func(t target) *string { return &t.rev.Hostname }, hostname)},
		{"network", "", groupNetwork, "`WHOSE` network the pod has: host (the node's) or default (its own)", one, text(func(t target) *string { return &t.rev.Net }, host)},
		{"dns", "", groupNetwork, "`ADDRESS` of a name server in addition to the cluster's, host (use the node's instead) or cluster; for example 10.0.0.53; at most two addresses, for a pod asks three servers", many, words(func(t target) *[]string { return &t.rev.DNS }, spec.CheckDNS)},
		{"dns-option", "", groupNetwork, "`OPTION` of resolv.conf, for example ndots:2", many, words(func(t target) *[]string { return &t.rev.DNSOptions }, spec.CheckDNSOption)},
		{"dns-search", "", groupNetwork, "`DOMAIN` to search, for example example.com", many, words(func(t target) *[]string { return &t.rev.DNSSearch }, domain)},
		{"add-host", "", groupNetwork, "`HOST:IP` for /etc/hosts, for example db:10.0.0.5", many, words(func(t target) *[]string { return &t.rev.ExtraHosts }, spec.CheckExtraHost)},
		{"ipc", "", groupNetwork, "`WHOSE` inter-process communication the pod uses: host (the node's) or default (its own)", one, text(func(t target) *string { return &t.rev.IPC }, host)},
		{"pid", "", groupNetwork, "`WHOSE` processes the pod sees: host (the node's) or default (its own)", one, text(func(t target) *string { return &t.rev.PID }, host)},

		{"global", "", groupNodes, "run one pod on every node that it may run on, instead of a number of pods", toggle, flip(func(t target) **bool { return &t.rev.Global })},
		{"node", "", groupNodes, "`NAME` of the only node to run on, for example worker-3", one, node},
		{"node-require", "", groupNodes, "`EXPRESSION` that must hold for a node to run on, for example 'zone in (a, b) && !spot'; if repeated, all must hold", many, nodeRules(func(n *spec.Node) *[]string { return &n.RequireAll })},
		{"node-require-any", "", groupNodes, "`EXPRESSION` that must hold for a node to run on, for example 'cpus > 8'; if repeated, one is enough", many, nodeRules(func(n *spec.Node) *[]string { return &n.RequireAny })},
		{"node-preferred", "", groupNodes, "`EXPRESSION` for nodes to prefer, for example disk=ssd; if repeated, the first counts most", many, nodeRules(func(n *spec.Node) *[]string { return &n.Preferred })},
		{"scheduler", "", groupNodes, "`NAME` of the scheduler to use, for example my-scheduler", one, scheduler},

		{"permission", "", groupRights, "what the pods may do in their stack, `[VERBS] [GROUP/]RESOURCE [NAME]` or role=ROLE, for example 'read pods' or 'get /pods/log'; read, write, * or a list of verbs", many, permission(func(r *spec.Revision) *[]rio.Permission { return &r.Permissions }, false)},
		{"global-permission", "", groupRights, "what the pods may do in the whole cluster, `[VERBS] [GROUP/]RESOURCE [NAME]`, url=/PATH or role=ROLE, for example 'list nodes'", many, permission(func(r *spec.Revision) *[]rio.Permission { return &r.GlobalPermissions }, true)},

		{"update-order", "", groupRollout, "`ORDER`: start-first (the default, but for pods with a readWriteOnce volume) or stop-first", one, text(func(t target) *string { return &t.rev.UpdateOrder }, oneOf("start-first", "stop-first"))},
		{"update-strategy", "", groupRollout, "`HOW` pods are replaced: rolling (the default), or on-delete: a pod is replaced when somebody deletes it", one, text(func(t target) *string { return &t.rev.UpdateStrategy }, oneOf("rolling", "on-delete"))},
		{"deployment-strategy", "", groupRollout, "`HOW` pods are started: parallel (the default), or ordered: pods keep their names and start one after the other", one, text(func(t target) *string { return &t.rev.DeploymentStrategy }, oneOf("parallel", "ordered"))},
		{"batch-size", "", groupRollout, "`PODS` that a rollout may replace at once, and a drain of nodes may evict at once, for example 2; a quarter of the pods when not given (with --global one of a hundred, rounded up; one when ordered or stop-first), and a drain has no limit then", one, batchSize},
	}
}
