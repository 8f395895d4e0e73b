package cli

import (
	"context"
	"io"
	"sync"

	"github.com/go-logr/logr"
	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/klog/v2"

	"github.com/kubectl-rio/kubectl-rio/pkg/start"
)

// quietly silences libraries, once a process.
var quietly sync.Once

// Main runs kubectl rio with the arguments behind the program's name, and gives the
// exit code: 0 done, 1 error, 2 usage, 3 not ready in time, 4 conflict. exec gives
// the remote command's.
func Main(ctx context.Context, args []string, streams genericiooptions.IOStreams) int {
	quietly.Do(func() {
		klog.SetLogger(logr.Discard()) // what client-go tries again by itself is not the user's business
		logrus.SetOutput(io.Discard)   // nor that a variable of a docker-compose file is empty
	})
	if err := start.Err(); err != nil {
		return report(streams.ErrOut, err)
	}
	o := NewOptions(streams)
	o.Stopped = ctx.Done()
	root := NewRootCmd(o)
	root.SetArgs(args)
	if len(args) > 0 && args[0] == cobra.ShellCompRequestCmd {
		plainUsages(root)
	}
	err := root.ExecuteContext(ctx)
	return report(o.connection().to(streams.ErrOut), err) // as the flags say, which are read now
}
