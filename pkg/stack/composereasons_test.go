package stack

import (
	"strings"
	"testing"
)

// All that a service, and its deploy, may have by the compose specification,
// https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json
const (
	keysOfServices = `annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name cpu_count cpu_percent
cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec depends_on deploy develop device_cgroup_rules devices dns dns_opt
dns_search domainname entrypoint env_file environment expose extends external_links extra_hosts gpus group_add healthcheck hostname image init ipc isolation
label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit models network_mode networks oom_kill_disable
oom_score_adj pid pids_limit platform ports post_start pre_start pre_stop privileged profiles provider pull_policy pull_refresh_after read_only restart
runtime scale secrets security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits umask use_api_socket user
userns_mode uts volumes volumes_from working_dir`
	keysOfDeploy = `mode replicas labels placement rollback_config resources.limits.cpus resources.limits.memory resources.limits.pids
resources.reservations.cpus resources.reservations.memory resources.reservations.generic_resources resources.reservations.devices
update_config.parallelism update_config.order update_config.delay update_config.failure_action update_config.monitor update_config.max_failure_ratio
restart_policy.condition restart_policy.delay restart_policy.max_attempts restart_policy.window`
)

// A key of docker-compose that has no meaning here says why.
func TestEachKeyOfComposeIsKnown(t *testing.T) {
	refused := map[string]string{}
	read := func(path string) {
		keys := strings.Split(path, ".")
		text := "services: {a: {" + strings.Join(keys, ": {") + ": x}" + strings.Repeat("}", len(keys))
		_, err := ReadCompose(text, shell, open)
		if err != nil {
			refused[path] = err.Error()
		}
		if strings.Contains(refused[path], "is not known here") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for key := range strings.FieldsSeq(keysOfServices) {
		read(key)
	}
	for key := range strings.FieldsSeq(keysOfDeploy) {
		read("deploy." + key)
	}
	for path, want := range map[string]string{
		"extends":                               "services.a.extends: docker compose makes one file of all: (echo '#compose'; docker compose config) | kubectl rio up STACK -",
		"pids_limit":                            "services.a.pids_limit: the number of processes of a pod is limited on its node",
		"deploy.placement":                      "services.a.deploy.placement: nodes are chosen by their labels: take the key out, or write below the service scheduling",
		"deploy.restart_policy.window":          "services.a.deploy.restart_policy.window: Kubernetes restarts a container again and again",
		"deploy.resources.reservations.devices": "services.a.deploy.resources.reservations.devices: Kubernetes gives pods devices",
	} {
		if !strings.Contains(refused[path], want) {
			t.Errorf("%s: %s, want %s", path, refused[path], want)
		}
	}
}
