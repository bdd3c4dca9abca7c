// Package await waits for what happens soon, but not at once.
//
// It asks again and again instead of sleeping once: a test is then as quick as the
// machine, and waits on a slow one. It gives up after twenty seconds, which is a moment
// on an emulated machine.
package await

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

// True waits until the condition holds. If that is in vain it ends the test, naming what
// it waited for and printing the details, which may be pointers to what the condition
// looks at.
func True(t testing.TB, what string, condition func() bool, details ...any) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !condition(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			for i, d := range details {
				details[i] = reflect.Indirect(reflect.ValueOf(d)) // as it is now
			}
			t.Fatalf("waited in vain for %s\n%s", what, fmt.Sprint(details...))
		}
	}
}
