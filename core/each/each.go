// Package each does one thing with many, side by side: a store or a queue that is
// asked a hundred things one after the other takes a hundred times as long.
package each

import "sync"

// atOnce is how many are under way at a time. It is what one process may ask of a
// store for one request.
const atOnce = 16

// All calls do for 0 to n-1, sixteen at a time, and returns when the last has
// ended. One that fails stops no other. The error is the first in their order, and
// only that: when a store is down, all say the same.
func All(n int, do func(i int) error) error {
	errs := make([]error, n)
	next := make(chan int)
	var all sync.WaitGroup
	for range min(n, atOnce) {
		all.Go(func() {
			for i := range next {
				errs[i] = do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
