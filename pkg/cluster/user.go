package cluster

import (
	"context"
	"fmt"

	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// User is who the API server takes this client for. It is empty where the server tells
// nobody, https://kubernetes.io/docs/reference/access-authn-authz/authentication/#self-subject-review
func (c *Client) User(ctx context.Context) (string, error) {
	review, err := c.auth.SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	switch {
	case apierrors.IsForbidden(err), apierrors.IsNotFound(err):
		return "", nil
	case err != nil:
		return "", c.Explain(fmt.Errorf("ask who you are: %w", err))
	}
	return review.Status.UserInfo.Username, nil
}
