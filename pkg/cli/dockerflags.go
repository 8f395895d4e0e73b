package cli

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const (
	namePorts     = "name each port that is to be published: -p 80/http"
	askDevices    = "ask for devices by the name that a plugin of the node offers them under: --device nvidia.com/gpu=1"
	reserveCPUs   = "CPUs are reserved: --cpus 500m"
	setOnNodes    = "it is set on the nodes, for all pods there; leave it out"
	keptByCluster = "the cluster keeps what containers write; leave it out, and see: kubectl rio logs SERVICE"
	givenByPods   = "a pod gets its address by itself, and callers find a service by its name; leave it out"
	noAttachFlags = "-it attaches, and kubectl rio attach does later; leave it out"
)

// dockerFlags are flags of docker run that no command here has, with what there is instead,
// https://docs.docker.com/reference/cli/docker/container/run/
var dockerFlags = map[string]string{
	"d":                  "a service runs in the background unless -it is given; leave it out, or write --detach behind -it",
	"rm":                 "a service runs until it is removed: kubectl rio rm SERVICE; what is to run once is a pod: kubectl run NAME --rm -it --restart=Never --image IMAGE",
	"P":                  namePorts,
	"publish-all":        namePorts,
	"link":               "services of a stack reach each other by their names; leave it out",
	"mount":              "write the mount as -v SOURCE:TARGET[:ro]",
	"gpus":               askDevices,
	"pull":               "say when the image is pulled: --image-pull-policy always",
	"platform":           "nodes have their platform as a label: --node-require kubernetes.io/arch=arm64",
	"shm-size":           "mount memory there: --tmpfs /dev/shm:size=64m",
	"log-driver":         keptByCluster,
	"log-opt":            keptByCluster,
	"stop-signal":        "the STOPSIGNAL of the image counts; set it there",
	"no-healthcheck":     "the health check of an image is not looked at; leave it out",
	"ulimit":             setOnNodes,
	"pids-limit":         setOnNodes,
	"memory-swap":        setOnNodes,
	"memory-swappiness":  setOnNodes,
	"cgroup-parent":      setOnNodes,
	"userns":             setOnNodes,
	"c":                  reserveCPUs,
	"cpu-shares":         reserveCPUs,
	"cpu-quota":          reserveCPUs,
	"cpu-period":         reserveCPUs,
	"cpuset-cpus":        reserveCPUs,
	"ip":                 givenByPods,
	"ip6":                givenByPods,
	"mac-address":        givenByPods,
	"network-alias":      "callers find a service by its name: --name NAME",
	"domainname":         "the domain of a pod is that of its stack; leave it out",
	"storage-opt":        "the file system of a container has no size of its own; mount a volume that has: -v /data:size=1",
	"a":                  noAttachFlags,
	"attach":             noAttachFlags,
	"detach-keys":        noAttachFlags,
	"sig-proxy":          noAttachFlags,
	"cidfile":            "the ID of the service is all that is printed: kubectl rio run IMAGE > FILE",
	"device-cgroup-rule": askDevices,
}

// explainDockerFlags says what to write in place of a flag that docker run has.
func explainDockerFlags(cmd *cobra.Command) {
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if unknown := (*pflag.NotExistError)(nil); errors.As(err, &unknown) {
			if instead, known := dockerFlags[unknown.GetSpecifiedName()]; known {
				return usagef("%w; %s", err, instead)
			}
		}
		return cmd.Root().FlagErrorFunc()(cmd, err)
	})
}
