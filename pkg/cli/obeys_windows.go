package cli

import (
	"os"

	"golang.org/x/sys/windows"
)

// obeysEscapes reports whether a console takes escapes, after it was asked to: one of Windows does so
// for programs that ask alone,
// https://learn.microsoft.com/en-us/windows/console/console-virtual-terminal-sequences
func obeysEscapes(console *os.File) bool {
	var mode uint32
	handle := windows.Handle(console.Fd())
	if err := windows.GetConsoleMode(handle, &mode); err != nil {
		return false
	}
	return windows.SetConsoleMode(handle, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
