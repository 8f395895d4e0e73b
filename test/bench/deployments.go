package main

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// makeDeployments asks for them at a rate, or as fast as the API server is, and says
// how long each took, in milliseconds. None is stored.
func makeDeployments(ctx context.Context, client kubernetes.Interface, namespace string, perSecond, many int) ([]float64, error) {
	const atOnce = 16
	pace := rate.NewLimiter(rate.Limit(perSecond), 1)
	took := make([]float64, many)
	group, making := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range many {
		if err := pace.Wait(making); err != nil {
			return nil, errors.Join(group.Wait(), err)
		}
		group.Go(func() error {
			begin := time.Now()
			_, err := client.AppsV1().Deployments(namespace).Create(making, unlabelled(), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
			took[i] = milliseconds(time.Since(begin))
			return err
		})
	}
	return took, group.Wait()
}

// unlabelled is what kubectl create deployment makes.
func unlabelled() *appsv1.Deployment {
	own := map[string]string{"app": "plain"}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "plain", Labels: own},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: own},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: own},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "plain", Image: "nginx"}}},
			},
		},
	}
}
