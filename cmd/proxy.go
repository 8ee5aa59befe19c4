package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/expect"
	"bpcopy/internal/interrupt"
	"bpcopy/internal/proxy"
	"bpcopy/internal/report"
	"bpcopy/internal/throttle"
)

const proxyHelp = `proxy relays every connection to LISTEN to UPSTREAM, both ways, and tells how
often each direction had to pause. Scripts make either side slow to receive, so a
test can see whether the other side heeds that. The end of one side is passed on
while the other goes on, and a reset is passed on as one.

  LISTEN    tcp-listen://[HOST]:PORT (no HOST means loopback only) or unix-listen://PATH
  UPSTREAM  tcp://HOST:PORT or unix://PATH
  COMMAND   finds the proxy at BPCOPY_PROXY (127.0.0.1:41234), and the proxy lasts
            as long as it does; its exit status is that of bpcopy if it is not 0

down is what the clients receive, up what they send. The scripts of a connection
start with its first byte. In a stall a direction reads nothing once its source
is paused, and what its sender gets rid of all the same is measured:
  down.accepted_while_stalled  bytes that the proxy and both kernels took, at most
  down.quiet_after_seconds     from the beginning of a stall to the sender's last byte
  down.resumed_after_seconds   from its end to the first byte
  watched.rss_growth_while_stalled, watched.peak_rss   with --watch
A condition on a stall that never was, or that ended before the sender had anything
to send, does not hold.

--report tells the proxy as a whole, then down and up, whose times are added up over
all connections. .html and .trace.json draw six connections, each from its beginning:
the first ones, and newer ones instead of those that have ended. --serve shows the
same as a live page.

SCRIPT: see bpcopy help scripts.

Exit status:
  0    the proxy has ended: by --for, --connections or the end of COMMAND
  1    failed: the message names the operand and the cause
  2    usage
  3    an expectation does not hold
  130  interrupted (SIGINT); 143 terminated (SIGTERM)
  any  that of COMMAND, if it is not 0`

// newProxyCmd returns the command that relays connections.
func newProxyCmd(a *app) *cobra.Command {
	var opts proxyOptions
	cmd := &cobra.Command{
		Use:   "proxy [flags] LISTEN UPSTREAM [-- COMMAND...]",
		Short: "Relay connections, and show the backpressure of both directions",
		Long:  proxyHelp,
		Example: `  bpcopy proxy tcp-listen://:8080 tcp://localhost:3000
  bpcopy proxy --down 'unlimited for 1MiB; stall for 5s; unlimited' \
    --watch upstream --expect 'watched.rss_growth_while_stalled <= 64MiB' \
    tcp-listen://:0 tcp://localhost:3000 -- \
    sh -c 'curl -s http://$BPCOPY_PROXY/big >/dev/null'`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.changed = cmd.Flags().Changed
			var command []string
			if dash := cmd.ArgsLenAtDash(); dash >= 0 {
				args, command = args[:dash], args[dash:]
				if len(command) == 0 {
					return usagef("want COMMAND after --")
				}
			}
			p := &proxyRun{app: a, opts: opts, command: command}
			return p.relay(cmd.Context(), args)
		},
		ValidArgsFunction: completeProxy,
	}
	cmd.Flags().SortFlags = false
	opts.addFlags(cmd.Flags())
	completeFlags(cmd, completeProxyCondition)
	return cmd
}

// proxyRun is one proxy, from its command line to its messages.
type proxyRun struct {
	*app
	opts             proxyOptions
	listen, upstream endpoint.Operand
	command          []string
	scripts          [2]throttle.Script
	conditions       []expect.Condition
}

// relay is what `bpcopy proxy` does.
func (p *proxyRun) relay(ctx context.Context, operands []string) error {
	err := p.plan(ctx, operands)
	service := proxy.NewService(p.servicePlan())
	if err != nil {
		result := service.Refuse(ctx, err)
		return result.Err()
	}
	page, err := p.serve(ctx, p.opts.serve, func(line string) { fmt.Fprintln(p.messages, line) })
	if err != nil {
		result := service.Refuse(ctx, err)
		return result.Err()
	}
	page.Show(service.SoFar)
	result := service.Run(ctx)
	page.End(ctx, patience(ctx), result.Runs...)
	if result.Began && !p.opts.quiet {
		p.summary = result.Summary.Text()
	}
	return result.Err()
}

// plan reads the command line. It finds every mistake there before anything is
// opened.
func (p *proxyRun) plan(ctx context.Context, operands []string) (err error) {
	if err := p.planOperands(operands); err != nil {
		p.opts.dropReports() // one may be an operand that was forgotten
		return err
	}
	if err := p.checkReports(); err != nil {
		p.opts.dropReports()
		return err
	}
	if err := p.opts.check(p.command); err != nil {
		return err
	}
	if err := p.planScripts(ctx); err != nil {
		return err
	}
	if w := p.opts.watch; w != "" && w != proxy.WatchUpstream && (!isNumber(w) || len(w) > 10 || strings.Trim(w, "0") == "") {
		return usagef("--watch %q: want the number of a process, or upstream", p.opts.watch)
	}
	p.conditions, err = parseProxyConditions(p.opts.expect)
	return err
}

// checkReports refuses reports that are no files, or that would overwrite each other.
func (p *proxyRun) checkReports() error {
	reports := reportPathsOf(p.opts.json, p.opts.path(), p.opts.reports)
	for _, file := range reports {
		if err := checkReportFile(file); err != nil {
			return err
		}
	}
	return p.checkReportsApart(reports)
}

// planOperands reads the operands.
func (p *proxyRun) planOperands(operands []string) (err error) {
	switch len(operands) {
	case 0:
		return usagef("want LISTEN and UPSTREAM, have neither")
	case 1:
		return usagef("want LISTEN and UPSTREAM, have only %q", operands[0])
	case 2:
	default:
		return usagef("want LISTEN and UPSTREAM, have %q as well; a COMMAND comes after --", operands[2])
	}
	if p.listen, err = endpoint.ParseOperand(operands[0]); err != nil {
		return err
	}
	if s := p.listen.Scheme(); s != endpoint.TCPListen && s != endpoint.UnixListen {
		return usagef("LISTEN %q: want tcp-listen://[HOST]:PORT or unix-listen://PATH", operands[0])
	}
	if p.upstream, err = endpoint.ParseOperand(operands[1]); err != nil {
		return err
	}
	if s := p.upstream.Scheme(); s != endpoint.TCP && s != endpoint.Unix {
		return usagef("UPSTREAM %q: want tcp://HOST:PORT or unix://PATH", operands[1])
	}
	return nil
}

// planScripts reads the scripts. If they need a seed and none is given, it
// chooses one and prints it, so that the run can be repeated.
func (p *proxyRun) planScripts(ctx context.Context) (err error) {
	p.run.Wait() // a file may be a FIFO, and clients may never come
	jitters := false
	for d, text := range map[proxy.Direction]string{proxy.Down: p.opts.down, proxy.Up: p.opts.up} {
		if text == "" {
			continue
		}
		if p.scripts[d], err = parseScript(ctx, d.String(), text); err != nil {
			return err
		}
		jitters = jitters || p.scripts[d].Jitters()
	}
	if p.opts.changed("seed") || !jitters && p.opts.share == 100 {
		return nil
	}
	p.opts.seed = p.chooseSeed(p.opts.quiet)
	return nil
}

// servicePlan returns the plan of the proxy.
func (p *proxyRun) servicePlan() proxy.Plan {
	documents, rows := p.planDocuments()
	if len(p.command) > 0 {
		p.run.StartsCommands()
	}
	return proxy.Plan{
		Options: proxy.Options{
			Listen:         p.listen,
			Upstream:       p.upstream,
			Transfer:       p.opts.transfer(),
			Scripts:        p.scripts,
			Share:          float64(p.opts.share),
			Seed:           p.opts.seed,
			Buffers:        endpoint.Buffers{Receive: int64(p.opts.receiveBuffer), Send: int64(p.opts.sendBuffer)},
			MaxConnections: int(p.opts.maxConnections),
			Connections:    int64(p.opts.connections),
			For:            time.Duration(p.opts.duration),
			ConnectTimeout: time.Duration(p.opts.connectTimeout),
			ConnectRetry:   time.Duration(p.opts.connectRetry),
			IdleTimeout:    time.Duration(p.opts.idleTimeout),
			Rows:           rows,
		},
		Name:       p.opts.name,
		Conditions: p.conditions,
		JSON:       proxy.File(p.reportFile(p.opts.json)),
		Events:     proxy.File(p.reportFile(p.opts.path().path)),
		Recording:  p.opts.record != "",
		Documents:  documents,
		Grace:      interrupt.GraceForReport,
		Watch:      p.opts.watch,
		Command:    proxy.Command{Args: p.command, Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr, Signal: signalOf},
		Listening:  func(url string) { fmt.Fprintf(p.messages, "bpcopy: listening on %s\n", url) },
		Show:       p.show,
		Process:    p.run,
	}
}

// planDocuments returns the documents, and how many connections they or a page draw.
func (p *proxyRun) planDocuments() (documents []proxy.Document, rows int) {
	draws := p.opts.serve != ""
	for _, d := range p.documents(p.opts.reports) {
		documents = append(documents, proxy.Document{File: proxy.File(d.File), Form: d.Form})
		draws = draws || d.Form.Draws()
	}
	if draws { // or they would only take memory
		rows = proxy.MostRows
	}
	return documents, rows
}

// signalOf returns the signal that has ended a run.
func signalOf(cause error) (os.Signal, bool) {
	if e, ok := errors.AsType[*interrupt.Error](cause); ok {
		return e.Signal, true
	}
	return nil, false
}

// parseProxyConditions reads the conditions of --expect.
func parseProxyConditions(texts []string) ([]expect.Condition, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	return parseConditionsOver(report.ProxyFields(), texts)
}

// completeProxy offers the schemes of the operand that is next.
func completeProxy(_ *cobra.Command, operands []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	const noSpace = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	switch len(operands) {
	case 0:
		return []cobra.Completion{"tcp-listen://", "unix-listen://"}, noSpace
	case 1:
		return []cobra.Completion{"tcp://", "unix://"}, noSpace
	}
	return nil, cobra.ShellCompDirectiveDefault
}
