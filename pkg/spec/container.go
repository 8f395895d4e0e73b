package spec

// Container is one program with all it is given.
type Container struct {
	Image           string   `json:"image,omitempty"`
	ImagePullPolicy string   `json:"imagePullPolicy,omitempty"` // always, never or not-present
	Entrypoint      []string `json:"entrypoint,omitempty"`      // the program, instead of the image's own
	Command         []string `json:"command,omitempty"`         // its arguments
	Environment     []string `json:"environment,omitempty"`     // NAME=VALUE, in the order given
	WorkingDir      string   `json:"workingDir,omitempty"`
	User            string   `json:"user,omitempty"` // UID[:GID]
	StdinOpen       *bool    `json:"stdinOpen,omitempty"`
	TTY             *bool    `json:"tty,omitempty"`
	Privileged      *bool    `json:"privileged,omitempty"`
	ReadOnly        *bool    `json:"readOnly,omitempty"` // the root file system
	Init            *bool    `json:"init,omitempty"`     // ended processes are reaped by a process that is not the container's
	CapAdd          []string `json:"capAdd,omitempty"`
	CapDrop         []string `json:"capDrop,omitempty"`
	SecurityOpt     []string `json:"securityOpt,omitempty"`

	NanoCPUs               *int64 `json:"nanoCpus,omitempty"`               // reserved
	MemoryReservationBytes *int64 `json:"memoryReservationBytes,omitempty"` // reserved
	MemoryLimitBytes       *int64 `json:"memoryLimitBytes,omitempty"`       // at most

	Ports       []Port       `json:"ports,omitempty"`  // reachable from outside
	Expose      []Port       `json:"expose,omitempty"` // reachable inside the mesh only
	Healthcheck *Healthcheck `json:"healthcheck,omitempty"`
	Readycheck  *Healthcheck `json:"readycheck,omitempty"` // like Healthcheck when there is none; without both, whether the container takes connections on its port

	Volumes             []Mount    `json:"volumes,omitempty"`
	Tmpfs               []Tmpfs    `json:"tmpfs,omitempty"`
	VolumesFrom         []string   `json:"volumesFrom,omitempty"`
	DefaultVolumeDriver string     `json:"defaultVolumeDriver,omitempty"`
	Devices             []Device   `json:"devices,omitempty"`
	Configs             []FileFrom `json:"configs,omitempty"`
	Secrets             []FileFrom `json:"secrets,omitempty"`
}

// Port is a port that callers use and what it leads to.
type Port struct {
	Port       int32  `json:"port,omitempty"` // 0: the gateway's 80 for http, else TargetPort
	Protocol   string `json:"protocol,omitempty"`
	IP         string `json:"ip,omitempty"`
	TargetPort int32  `json:"targetPort"`
	Name       string `json:"name,omitempty"`
}

// Healthcheck says how a container is asked whether it is well. Test is a URL (with headers
// as further items, NAME=VALUE), tcp://HOST:PORT, grpc://HOST:PORT/SERVICE, CMD with a program
// and its arguments, CMD-SHELL with a line for the shell, or NONE.
type Healthcheck struct {
	Test                []string `json:"test,omitempty"`
	IntervalSeconds     int32    `json:"intervalSeconds,omitempty"` // 10 when not given
	TimeoutSeconds      int32    `json:"timeoutSeconds,omitempty"`  // 5 when not given
	InitialDelaySeconds int32    `json:"initialDelaySeconds,omitempty"`
	HealthyThreshold    int32    `json:"healthyThreshold,omitempty"`   // successes in a row; 2 when not given
	UnhealthyThreshold  int32    `json:"unhealthyThreshold,omitempty"` // failures in a row; 3 when not given
}

// Mount is a volume or a directory of the node, mounted into a container.
type Mount struct {
	Kind     string       `json:"kind,omitempty"` // bind or volume
	Source   string       `json:"source,omitempty"`
	Target   string       `json:"target"`
	ReadOnly bool         `json:"readonly,omitempty"`
	Bind     *MountBind   `json:"bind,omitempty"`
	Volume   *MountVolume `json:"volume,omitempty"`
}

// MountBind is what concerns a directory of the node only.
type MountBind struct {
	Propagation string `json:"propagation,omitempty"`
}

// MountVolume is what concerns a volume only.
type MountVolume struct {
	Driver   string `json:"driver,omitempty"`
	SizeInGB int    `json:"sizeInGb,omitempty"`
	SubPath  string `json:"subPath,omitempty"`
}

// Tmpfs is a directory in memory.
type Tmpfs struct {
	Path      string `json:"path"`
	SizeBytes int64  `json:"sizeBytes,omitempty"`
	ReadOnly  bool   `json:"readOnly,omitempty"`
}

// Device is one of the node.
type Device struct {
	OnHost      string `json:"onHost"`
	InContainer string `json:"inContainer,omitempty"`
	Permissions string `json:"permissions,omitempty"`
}

// FileFrom is a config or a secret, mounted as a file.
type FileFrom struct {
	Source string `json:"source"`
	Target string `json:"target,omitempty"`
	UID    *int64 `json:"uid,omitempty"`
	GID    *int64 `json:"gid,omitempty"`
	Mode   string `json:"mode,omitempty"` // octal, as 0644
}
