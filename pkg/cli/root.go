package cli

import (
	"github.com/spf13/cobra"
)

// Groups of commands in the help.
const (
	groupRun     = "run"
	groupRelease = "release"
	groupData    = "data"
	groupStack   = "stack"
	groupCluster = "cluster"
)

var rootExample = `
  # Run a container as a service with a URL
  kubectl rio run --name foobar -p 80/http nginx

  # Stage a second revision beside it and send it 30% of the traffic
  kubectl rio stage --image httpd foobar:v2
  kubectl rio weight foobar:v2=30%

  # Make it the only one; no request is lost
  kubectl rio promote foobar:v2`

const rootLong = `Run containers as services on Kubernetes and Istio, and release new revisions without losing a request.

Names are [STACK/]SERVICE[:REVISION]. A stack is a namespace; when it is left out, -n applies, else the namespace of the kubeconfig context.

Results go to stdout, messages and errors to stderr. Commands that change a service print NAMESPACE:SERVICE, one per line. In a dry run, + marks what
is created, ~ what is updated, with the fields below it, and - what is deleted. Exit codes: 0 done, 1 error, 2 usage (the arguments alone show it), 3
not ready in time, 4 conflict with another writer, 130 interrupted, or 1 where a promotion, an undo or a gradual release was stopped half way; either
says what stands. With several arguments, all are tried, and the highest code counts; but what fails while up or edit STACK/ brings a stack up is 1,
whatever it is, and all of it is listed. diff ends with 1 if there is a difference, check and why if something is broken, and exec with the code of
the remote command.`

// commands is the whole command line.
var commands = []struct {
	group string
	verbs []func(*Options) *cobra.Command
}{
	{groupRun, []func(*Options) *cobra.Command{newRunCmd, newCreateCmd, newPsCmd, newWhyCmd, newInspectCmd, newWaitCmd, newScaleCmd, newLogsCmd, newExecCmd, newAttachCmd, newEventsCmd, newRouteCmd, newRmCmd, newAdoptCmd, newReleaseCmd}},
	{groupRelease, []func(*Options) *cobra.Command{newStageCmd, newWeightCmd, newPromoteCmd, newUndoCmd, newAbortCmd, newHistoryCmd}},
	{groupStack, []func(*Options) *cobra.Command{newUpCmd, newDiffCmd, newExportCmd, newEditCmd, newStackCmd}},
	{groupData, []func(*Options) *cobra.Command{newConfigCmd, newSecretCmd, newVolumeCmd, newCatCmd}},
	{groupCluster, []func(*Options) *cobra.Command{newInstallCmd, newCheckCmd, newUpgradeCmd, newUninstallCmd, newInfoCmd, newNodeCmd, newVersionCmd, newCompletionCmd}},
}

// elsewhere is how docker, kubectl and others call what a command does.
var elsewhere = map[string][]string{
	"history": {"rollout"}, "inspect": {"describe"}, "promote": {"rollout"}, "ps": {"get", "list", "ls"}, "rm": {"delete", "remove"},
	"scale": {"start", "stop"}, "stage": {"canary"}, "undo": {"revert", "rollback"}, "up": {"apply", "deploy"}, "why": {"describe"},
}

// NewRootCmd is kubectl rio with all its commands.
func NewRootCmd(o *Options) *cobra.Command {
	root := group(&cobra.Command{
		Use:           "kubectl-rio",
		Short:         "Run containers as services on Kubernetes and Istio, and release new revisions without losing a request",
		Long:          rootLong,
		Example:       rootExample,
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl rio"},
	})
	root.SetVersionTemplate("rio version {{.Version}}\n")
	root.SetIn(o.In)
	root.SetOut(o.Out)
	root.SetErr(o.ErrOut)
	root.SetFlagErrorFunc(explainFlag)
	o.Config.AddFlags(root.PersistentFlags())
	limit := root.PersistentFlags().Lookup("request-timeout")
	limit.Value = timeLimit{limit.Value}
	root.AddGroup(
		&cobra.Group{ID: groupRun, Title: "Run:"},
		&cobra.Group{ID: groupRelease, Title: "Release:"},
		&cobra.Group{ID: groupStack, Title: "Stacks:"},
		&cobra.Group{ID: groupData, Title: "Configs, secrets and volumes:"},
		&cobra.Group{ID: groupCluster, Title: "Cluster:"},
	)
	for _, g := range commands {
		for _, newCmd := range g.verbs {
			cmd := newCmd(o)
			cmd.GroupID, cmd.SuggestFor = g.group, elsewhere[cmd.Name()]
			root.AddCommand(cmd)
		}
	}
	completeNamespaces(root, o)
	completeConnection(root, o)
	completeValues(root)
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	return root
}
