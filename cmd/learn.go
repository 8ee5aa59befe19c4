package cmd

import (
	"context"
	"fmt"
	"net"

	"github.com/spf13/cobra"

	"bpcopy/internal/lesson"
	"bpcopy/internal/local"
)

const learnHelp = `Serve a lesson about backpressure: a page with the picture of Node's guide, which
is moved by the streams that copy. Step through it, turn the marks and the speeds,
and answer five questions before you run them. It takes two minutes.

The page is for a browser on this computer. Its address has a token, and without
that there is nothing. Nothing is fetched from elsewhere. Ctrl-C ends it.

Exit status: 1 failed, 2 usage, 130 interrupted.`

func newLearnCmd(a *app) *cobra.Command {
	listen := local.Loopback
	cmd := &cobra.Command{
		Use:   "learn [flags]",
		Short: "Serve a lesson about backpressure to your browser",
		Long:  learnHelp,
		Example: `  bpcopy learn
  bpcopy learn --listen 127.0.0.1:8080`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("learn: want no operand, have %q", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.learn(cmd.Context(), listen)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().StringVar(&listen, "listen", listen, "listen on `HOST:PORT`; port 0 is a free one")
	completeFlags(cmd, nil)
	return cmd
}

// learn is what `bpcopy learn` does.
func (a *app) learn(ctx context.Context, listen string) error {
	if _, _, err := net.SplitHostPort(listen); err != nil {
		return usagef("learn: --listen %q: want HOST:PORT", listen)
	}
	server, err := local.Listen(ctx, listen)
	if err != nil {
		return fmt.Errorf("learn: %w", err)
	}
	a.run.Begin(nil)
	a.run.Wait()
	fmt.Fprintf(a.messages, "bpcopy: watch %s\n", server.URL())
	return server.Serve(ctx, lesson.Handler())
}
