package help_test

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"bpcopy/internal/help"
)

// newTea returns a command with every shape of flag.
func newTea() *cobra.Command {
	c := &cobra.Command{Use: "tea [flags] CUP", Short: "Make tea", Long: "Make tea, slowly.", Run: func(*cobra.Command, []string) {}}
	c.Flags().SortFlags = false
	help.InSection(c.Flags(), "Heat", func(f *pflag.FlagSet) {
		f.StringP("water", "w", "hot", "use `WATER` (of any kind); it is boiled")
		f.Bool("boil", false, "boil it")
	})
	c.Flags().String("sugar", "", "add `LUMPS`")
	c.Flags().Lookup("sugar").NoOptDefVal = "1"
	help.InSection(c.Flags(), "Heat", func(f *pflag.FlagSet) {
		f.Int("degrees", 96, "to `N` degrees of heat that the leaves like, which takes a while (more or less)")
	})
	c.Flags().Bool("secret", false, "do not tell")
	_ = c.Flags().MarkHidden("secret")
	c.PersistentFlags().Bool("help", false, "tell")
	c.AddCommand(&cobra.Command{Use: "earl", Short: "Make another", Run: c.Run})
	return c
}

func TestFull(t *testing.T) {
	const want = `Make tea, slowly.

Usage:
  tea [flags] CUP
  tea COMMAND

Commands:
  earl  Make another

Heat:
  -w, --water WATER  use WATER (of any kind); it is boiled (default "hot")
      --boil         boil it
      --degrees N    to N degrees of heat that the leaves like, which takes a while (more or less) (default 96)

Other flags:
      --sugar[=LUMPS]  add LUMPS
      --help           tell

Topics, for tea help TOPIC:
  leaves  What to take

tea COMMAND --help tells about a command, -h is one screen.
`
	if got := help.Full(newTea(), []help.Topic{{Name: "leaves", Short: "What to take"}}, 0); got != want {
		t.Errorf("Full() =\n%s; want\n%s", got, want)
	}
}

// On a terminal what flags do is folded in its column, unless there is none.
func TestFullFolds(t *testing.T) {
	c := &cobra.Command{Use: "c", Short: "Be", Run: func(*cobra.Command, []string) {}}
	c.Flags().Bool("flag", false, "one two three")
	for width, want := range map[int]string{
		0:  "      --flag  one two three\n",
		24: "      --flag  one two\n              three\n",
		16: "      --flag  one two three\n",
	} {
		if got := help.Full(c, nil, width); got[len(got)-len(want)-len("\nc COMMAND --help tells about a command, -h is one screen.\n"):][:len(want)] != want {
			t.Errorf("Full(%d) = %q; want %q in it", width, got, want)
		}
	}
}

func TestScreen(t *testing.T) {
	c := newTea()
	const all = `Make tea.

Usage:
  tea [flags] CUP

Commands:
  earl  Make another

Flags:
  -w, --water WATER    use WATER (of any kind) (default "hot")
      --boil           boil it
      --sugar[=LUMPS]  add LUMPS
      --degrees N      to N degrees of heat that the leaves like, which takes a
                       while
      --help           tell

tea --help tells everything.
`
	if got := help.Screen(c, nil); got != all {
		t.Errorf("Screen() =\n%s; want\n%s", got, all)
	}

	help.First(c.Flags(), "boil")
	help.SetLead(c, "Tea.")
	const first = `Tea.

Usage:
  tea [flags] CUP

Commands:
  earl  Make another

Flags:
      --boil  boil it

tea --help tells everything, tea help TOPIC more:
leaves.
`
	if got := help.Screen(c, []help.Topic{{Name: "leaves"}}); got != first {
		t.Errorf("Screen() =\n%s; want\n%s", got, first)
	}
	defer func() {
		if recover() == nil {
			t.Error("First() took a flag that is not there")
		}
	}()
	help.First(c.Flags(), "milk")
}

// Parentheses that are a part of a word are not cut off.
func TestScreenKeepsWords(t *testing.T) {
	c := &cobra.Command{Use: "c", Short: "Be", Run: func(*cobra.Command, []string) {}}
	c.Flags().Bool("wait", false, "wait until the destination has drained, whatever was returned to the source by write()")
	const want = `      --wait  wait until the destination has drained, whatever was returned to
              the source by write()
`
	if got := help.Screen(c, nil); !strings.Contains(got, want) {
		t.Errorf("Screen() =\n%s; want\n%s in it", got, want)
	}
}
