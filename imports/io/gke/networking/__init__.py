from __future__ import annotations

from pkgutil import extend_path
__path__ = extend_path(__path__, __name__)

import abc
import builtins
import datetime
import enum
import typing

import jsii
import publication
import typing_extensions

from jsii._type_checking import cached_type_hints, check_type


from ._jsii import *

class _LazyImport:
    def __init__(self, module_name: str) -> None:
        self._module_name = module_name
        self._module: typing.Any = None
    def __getattr__(self, name: str) -> typing.Any:
        if self._module is None:
            import importlib
            self._module = importlib.import_module(self._module_name)
        return getattr(self._module, name)

if typing.TYPE_CHECKING:

    import cdk8s as _cdk8s_d3d9af27
    import constructs as _constructs_77d1e7e8
else:

    _cdk8s_d3d9af27 = _LazyImport("cdk8s")
    _constructs_77d1e7e8 = _LazyImport("constructs")


class FrontendConfig(
    _cdk8s_d3d9af27.ApiObject,
    metaclass=jsii.JSIIMeta,
    jsii_type="iogkenetworking.FrontendConfig",
):
    '''
    :schema: FrontendConfig
    '''

    def __init__(
        self,
        scope: "_constructs_77d1e7e8.Construct",
        id: builtins.str,
        *,
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
        spec: typing.Optional[typing.Union["FrontendConfigSpec", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''Defines a "FrontendConfig" API object.

        :param scope: the scope in which to define this object.
        :param id: a scope-local name for the object.
        :param metadata: 
        :param spec: FrontendConfigSpec is the spec for a FrontendConfig resource.
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__9f56d3f94f2f0a1dcdfea8df13e48ab1fb08c66b4d8b020fbad0dce53c36cab9)
            check_type(argname="argument scope", value=scope, expected_type=type_hints["scope"])
            check_type(argname="argument id", value=id, expected_type=type_hints["id"])
        props = FrontendConfigProps(metadata=metadata, spec=spec)

        jsii.create(self.__class__, self, [scope, id, props])

    @jsii.member(jsii_name="manifest")
    @builtins.classmethod
    def manifest(
        cls,
        *,
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
        spec: typing.Optional[typing.Union["FrontendConfigSpec", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> typing.Any:
        '''Renders a Kubernetes manifest for "FrontendConfig".

        This can be used to inline resource manifests inside other objects (e.g. as templates).

        :param metadata: 
        :param spec: FrontendConfigSpec is the spec for a FrontendConfig resource.
        '''
        props = FrontendConfigProps(metadata=metadata, spec=spec)

        return typing.cast(typing.Any, jsii.sinvoke(cls, "manifest", [props]))

    @jsii.member(jsii_name="toJson")
    def to_json(self) -> typing.Any:
        '''Renders the object to Kubernetes JSON.'''
        return typing.cast(typing.Any, jsii.invoke(self, "toJson", []))

    @jsii.python.classproperty
    @jsii.member(jsii_name="GVK")
    def GVK(cls) -> "_cdk8s_d3d9af27.GroupVersionKind":
        '''Returns the apiVersion and kind for "FrontendConfig".'''
        return typing.cast("_cdk8s_d3d9af27.GroupVersionKind", jsii.sget(cls, "GVK"))


@jsii.data_type(
    jsii_type="iogkenetworking.FrontendConfigProps",
    jsii_struct_bases=[],
    name_mapping={"metadata": "metadata", "spec": "spec"},
)
class FrontendConfigProps:
    def __init__(
        self,
        *,
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
        spec: typing.Optional[typing.Union["FrontendConfigSpec", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''
        :param metadata: 
        :param spec: FrontendConfigSpec is the spec for a FrontendConfig resource.

        :schema: FrontendConfig
        '''
        if isinstance(metadata, dict):
            metadata = _cdk8s_d3d9af27.ApiObjectMetadata(**metadata)
        if isinstance(spec, dict):
            spec = FrontendConfigSpec(**spec)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__b129327a2c427a11d4d14a1cbeb2f37c52107a349b3a48aca0e7e5c203d6579a)
            check_type(argname="argument metadata", value=metadata, expected_type=type_hints["metadata"])
            check_type(argname="argument spec", value=spec, expected_type=type_hints["spec"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if metadata is not None:
            self._values["metadata"] = metadata
        if spec is not None:
            self._values["spec"] = spec

    @builtins.property
    def metadata(self) -> typing.Optional["_cdk8s_d3d9af27.ApiObjectMetadata"]:
        '''
        :schema: FrontendConfig#metadata
        '''
        result = self._values.get("metadata")
        return typing.cast(typing.Optional["_cdk8s_d3d9af27.ApiObjectMetadata"], result)

    @builtins.property
    def spec(self) -> typing.Optional["FrontendConfigSpec"]:
        '''FrontendConfigSpec is the spec for a FrontendConfig resource.

        :schema: FrontendConfig#spec
        '''
        result = self._values.get("spec")
        return typing.cast(typing.Optional["FrontendConfigSpec"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "FrontendConfigProps(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.FrontendConfigSpec",
    jsii_struct_bases=[],
    name_mapping={"redirect_to_https": "redirectToHttps", "ssl_policy": "sslPolicy"},
)
class FrontendConfigSpec:
    def __init__(
        self,
        *,
        redirect_to_https: typing.Optional[typing.Union["FrontendConfigSpecRedirectToHttps", typing.Dict[builtins.str, typing.Any]]] = None,
        ssl_policy: typing.Optional[builtins.str] = None,
    ) -> None:
        '''FrontendConfigSpec is the spec for a FrontendConfig resource.

        :param redirect_to_https: HttpsRedirectConfig representing the configuration of Https redirects.
        :param ssl_policy: 

        :schema: FrontendConfigSpec
        '''
        if isinstance(redirect_to_https, dict):
            redirect_to_https = FrontendConfigSpecRedirectToHttps(**redirect_to_https)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__16cfd588831b0fc8ee7abc91e551c037539c91e6cfb27010e9cba79598a65d99)
            check_type(argname="argument redirect_to_https", value=redirect_to_https, expected_type=type_hints["redirect_to_https"])
            check_type(argname="argument ssl_policy", value=ssl_policy, expected_type=type_hints["ssl_policy"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if redirect_to_https is not None:
            self._values["redirect_to_https"] = redirect_to_https
        if ssl_policy is not None:
            self._values["ssl_policy"] = ssl_policy

    @builtins.property
    def redirect_to_https(self) -> typing.Optional["FrontendConfigSpecRedirectToHttps"]:
        '''HttpsRedirectConfig representing the configuration of Https redirects.

        :schema: FrontendConfigSpec#redirectToHttps
        '''
        result = self._values.get("redirect_to_https")
        return typing.cast(typing.Optional["FrontendConfigSpecRedirectToHttps"], result)

    @builtins.property
    def ssl_policy(self) -> typing.Optional[builtins.str]:
        '''
        :schema: FrontendConfigSpec#sslPolicy
        '''
        result = self._values.get("ssl_policy")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "FrontendConfigSpec(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.FrontendConfigSpecRedirectToHttps",
    jsii_struct_bases=[],
    name_mapping={"enabled": "enabled", "response_code_name": "responseCodeName"},
)
class FrontendConfigSpecRedirectToHttps:
    def __init__(
        self,
        *,
        enabled: builtins.bool,
        response_code_name: typing.Optional[builtins.str] = None,
    ) -> None:
        '''HttpsRedirectConfig representing the configuration of Https redirects.

        :param enabled: 
        :param response_code_name: String representing the HTTP response code Options are MOVED_PERMANENTLY_DEFAULT, FOUND, TEMPORARY_REDIRECT, or PERMANENT_REDIRECT.

        :schema: FrontendConfigSpecRedirectToHttps
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__2ec24208e8c25e03955f91ea5478ddfb449c48aeb1481c70fcf75b466c382b5b)
            check_type(argname="argument enabled", value=enabled, expected_type=type_hints["enabled"])
            check_type(argname="argument response_code_name", value=response_code_name, expected_type=type_hints["response_code_name"])
        self._values: typing.Dict[builtins.str, typing.Any] = {
            "enabled": enabled,
        }
        if response_code_name is not None:
            self._values["response_code_name"] = response_code_name

    @builtins.property
    def enabled(self) -> builtins.bool:
        '''
        :schema: FrontendConfigSpecRedirectToHttps#enabled
        '''
        result = self._values.get("enabled")
        assert result is not None, "Required property 'enabled' is missing"
        return typing.cast(builtins.bool, result)

    @builtins.property
    def response_code_name(self) -> typing.Optional[builtins.str]:
        '''String representing the HTTP response code Options are MOVED_PERMANENTLY_DEFAULT, FOUND, TEMPORARY_REDIRECT, or PERMANENT_REDIRECT.

        :schema: FrontendConfigSpecRedirectToHttps#responseCodeName
        '''
        result = self._values.get("response_code_name")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "FrontendConfigSpecRedirectToHttps(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


class GcpBackendPolicy(
    _cdk8s_d3d9af27.ApiObject,
    metaclass=jsii.JSIIMeta,
    jsii_type="iogkenetworking.GcpBackendPolicy",
):
    '''GCPBackendPolicy provides a way to apply LoadBalancer policy configuration with the GKE implementation of the Gateway API.

    :schema: GCPBackendPolicy
    '''

    def __init__(
        self,
        scope: "_constructs_77d1e7e8.Construct",
        id: builtins.str,
        *,
        spec: typing.Union["GcpBackendPolicySpec", typing.Dict[builtins.str, typing.Any]],
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''Defines a "GCPBackendPolicy" API object.

        :param scope: the scope in which to define this object.
        :param id: a scope-local name for the object.
        :param spec: Spec defines the desired state of GCPBackendPolicy.
        :param metadata: 
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__99ac8729c13d3a03332e61c84107263ffeba1f68c93ad16a53688eadf055ebf6)
            check_type(argname="argument scope", value=scope, expected_type=type_hints["scope"])
            check_type(argname="argument id", value=id, expected_type=type_hints["id"])
        props = GcpBackendPolicyProps(spec=spec, metadata=metadata)

        jsii.create(self.__class__, self, [scope, id, props])

    @jsii.member(jsii_name="manifest")
    @builtins.classmethod
    def manifest(
        cls,
        *,
        spec: typing.Union["GcpBackendPolicySpec", typing.Dict[builtins.str, typing.Any]],
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> typing.Any:
        '''Renders a Kubernetes manifest for "GCPBackendPolicy".

        This can be used to inline resource manifests inside other objects (e.g. as templates).

        :param spec: Spec defines the desired state of GCPBackendPolicy.
        :param metadata: 
        '''
        props = GcpBackendPolicyProps(spec=spec, metadata=metadata)

        return typing.cast(typing.Any, jsii.sinvoke(cls, "manifest", [props]))

    @jsii.member(jsii_name="toJson")
    def to_json(self) -> typing.Any:
        '''Renders the object to Kubernetes JSON.'''
        return typing.cast(typing.Any, jsii.invoke(self, "toJson", []))

    @jsii.python.classproperty
    @jsii.member(jsii_name="GVK")
    def GVK(cls) -> "_cdk8s_d3d9af27.GroupVersionKind":
        '''Returns the apiVersion and kind for "GCPBackendPolicy".'''
        return typing.cast("_cdk8s_d3d9af27.GroupVersionKind", jsii.sget(cls, "GVK"))


@jsii.data_type(
    jsii_type="iogkenetworking.GcpBackendPolicyProps",
    jsii_struct_bases=[],
    name_mapping={"spec": "spec", "metadata": "metadata"},
)
class GcpBackendPolicyProps:
    def __init__(
        self,
        *,
        spec: typing.Union["GcpBackendPolicySpec", typing.Dict[builtins.str, typing.Any]],
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''GCPBackendPolicy provides a way to apply LoadBalancer policy configuration with the GKE implementation of the Gateway API.

        :param spec: Spec defines the desired state of GCPBackendPolicy.
        :param metadata: 

        :schema: GCPBackendPolicy
        '''
        if isinstance(spec, dict):
            spec = GcpBackendPolicySpec(**spec)
        if isinstance(metadata, dict):
            metadata = _cdk8s_d3d9af27.ApiObjectMetadata(**metadata)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__fdc84853c89035300040d08dd0b3fb71b25bf32cc5833406c490c50eec3e7a39)
            check_type(argname="argument spec", value=spec, expected_type=type_hints["spec"])
            check_type(argname="argument metadata", value=metadata, expected_type=type_hints["metadata"])
        self._values: typing.Dict[builtins.str, typing.Any] = {
            "spec": spec,
        }
        if metadata is not None:
            self._values["metadata"] = metadata

    @builtins.property
    def spec(self) -> "GcpBackendPolicySpec":
        '''Spec defines the desired state of GCPBackendPolicy.

        :schema: GCPBackendPolicy#spec
        '''
        result = self._values.get("spec")
        assert result is not None, "Required property 'spec' is missing"
        return typing.cast("GcpBackendPolicySpec", result)

    @builtins.property
    def metadata(self) -> typing.Optional["_cdk8s_d3d9af27.ApiObjectMetadata"]:
        '''
        :schema: GCPBackendPolicy#metadata
        '''
        result = self._values.get("metadata")
        return typing.cast(typing.Optional["_cdk8s_d3d9af27.ApiObjectMetadata"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "GcpBackendPolicyProps(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.GcpBackendPolicySpec",
    jsii_struct_bases=[],
    name_mapping={"target_ref": "targetRef", "default": "default"},
)
class GcpBackendPolicySpec:
    def __init__(
        self,
        *,
        target_ref: typing.Union["GcpBackendPolicySpecTargetRef", typing.Dict[builtins.str, typing.Any]],
        default: typing.Optional[typing.Union["GcpBackendPolicySpecDefault", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''Spec defines the desired state of GCPBackendPolicy.

        :param target_ref: TargetRef identifies an API object to apply policy to.
        :param default: Default defines default policy configuration for the targeted resource.

        :schema: GcpBackendPolicySpec
        '''
        if isinstance(target_ref, dict):
            target_ref = GcpBackendPolicySpecTargetRef(**target_ref)
        if isinstance(default, dict):
            default = GcpBackendPolicySpecDefault(**default)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__d20c67a7d33f15030370d4b260a37c6917ca8309c4e1acc16a44ff5b31b86037)
            check_type(argname="argument target_ref", value=target_ref, expected_type=type_hints["target_ref"])
            check_type(argname="argument default", value=default, expected_type=type_hints["default"])
        self._values: typing.Dict[builtins.str, typing.Any] = {
            "target_ref": target_ref,
        }
        if default is not None:
            self._values["default"] = default

    @builtins.property
    def target_ref(self) -> "GcpBackendPolicySpecTargetRef":
        '''TargetRef identifies an API object to apply policy to.

        :schema: GcpBackendPolicySpec#targetRef
        '''
        result = self._values.get("target_ref")
        assert result is not None, "Required property 'target_ref' is missing"
        return typing.cast("GcpBackendPolicySpecTargetRef", result)

    @builtins.property
    def default(self) -> typing.Optional["GcpBackendPolicySpecDefault"]:
        '''Default defines default policy configuration for the targeted resource.

        :schema: GcpBackendPolicySpec#default
        '''
        result = self._values.get("default")
        return typing.cast(typing.Optional["GcpBackendPolicySpecDefault"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "GcpBackendPolicySpec(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.GcpBackendPolicySpecDefault",
    jsii_struct_bases=[],
    name_mapping={
        "backend_preference": "backendPreference",
        "connection_draining": "connectionDraining",
        "iap": "iap",
        "logging": "logging",
        "max_rate_per_endpoint": "maxRatePerEndpoint",
        "security_policy": "securityPolicy",
        "session_affinity": "sessionAffinity",
        "timeout_sec": "timeoutSec",
    },
)
class GcpBackendPolicySpecDefault:
    def __init__(
        self,
        *,
        backend_preference: typing.Optional["GcpBackendPolicySpecDefaultBackendPreference"] = None,
        connection_draining: typing.Optional[typing.Union["GcpBackendPolicySpecDefaultConnectionDraining", typing.Dict[builtins.str, typing.Any]]] = None,
        iap: typing.Optional[typing.Union["GcpBackendPolicySpecDefaultIap", typing.Dict[builtins.str, typing.Any]]] = None,
        logging: typing.Optional[typing.Union["GcpBackendPolicySpecDefaultLogging", typing.Dict[builtins.str, typing.Any]]] = None,
        max_rate_per_endpoint: typing.Optional[jsii.Number] = None,
        security_policy: typing.Optional[builtins.str] = None,
        session_affinity: typing.Optional[typing.Union["GcpBackendPolicySpecDefaultSessionAffinity", typing.Dict[builtins.str, typing.Any]]] = None,
        timeout_sec: typing.Optional[jsii.Number] = None,
    ) -> None:
        '''Default defines default policy configuration for the targeted resource.

        :param backend_preference: BackendPreference indicates whether the backend should be fully utilized before sending traffic to backends with default preference. Can only be configured for multi-cluster service backends when GCPBackendPolicy targets ServiceExport. The default value is DEFAULT.
        :param connection_draining: ConnectionDraining contains configuration for connection draining.
        :param iap: IAP contains the configurations for Identity-Aware Proxy. See https://cloud.google.com/compute/docs/reference/rest/v1/backendServices Identity-Aware Proxy manages access control policies for backend services associated with a HTTPRoute, so they can be accessed only by authenticated users or applications with correct Identity and Access Management (IAM) role.
        :param logging: LoggingConfig contains configuration for logging.
        :param max_rate_per_endpoint: MaxRatePerEndpoint configures the target capacity for backends. If the field is omitted, a default value (1e8) will be used. In the future we may add selector based settings for MaxRatePerEndpoint but they will co-exist
        :param security_policy: SecurityPolicy is a reference to a GCP Cloud Armor SecurityPolicy resource.
        :param session_affinity: SessionAffinityConfig contains configuration for stickiness parameters.
        :param timeout_sec: TimeoutSec is a BackendService parameter. See https://cloud.google.com/compute/docs/reference/rest/v1/backendServices. If the field is omitted, a default value (30s) will be used.

        :schema: GcpBackendPolicySpecDefault
        '''
        if isinstance(connection_draining, dict):
            connection_draining = GcpBackendPolicySpecDefaultConnectionDraining(**connection_draining)
        if isinstance(iap, dict):
            iap = GcpBackendPolicySpecDefaultIap(**iap)
        if isinstance(logging, dict):
            logging = GcpBackendPolicySpecDefaultLogging(**logging)
        if isinstance(session_affinity, dict):
            session_affinity = GcpBackendPolicySpecDefaultSessionAffinity(**session_affinity)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__36423da594828cd8f34f6ec58ad1f3eda9968d26b56aa556b4c764af3bdd15f4)
            check_type(argname="argument backend_preference", value=backend_preference, expected_type=type_hints["backend_preference"])
            check_type(argname="argument connection_draining", value=connection_draining, expected_type=type_hints["connection_draining"])
            check_type(argname="argument iap", value=iap, expected_type=type_hints["iap"])
            check_type(argname="argument logging", value=logging, expected_type=type_hints["logging"])
            check_type(argname="argument max_rate_per_endpoint", value=max_rate_per_endpoint, expected_type=type_hints["max_rate_per_endpoint"])
            check_type(argname="argument security_policy", value=security_policy, expected_type=type_hints["security_policy"])
            check_type(argname="argument session_affinity", value=session_affinity, expected_type=type_hints["session_affinity"])
            check_type(argname="argument timeout_sec", value=timeout_sec, expected_type=type_hints["timeout_sec"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if backend_preference is not None:
            self._values["backend_preference"] = backend_preference
        if connection_draining is not None:
            self._values["connection_draining"] = connection_draining
        if iap is not None:
            self._values["iap"] = iap
        if logging is not None:
            self._values["logging"] = logging
        if max_rate_per_endpoint is not None:
            self._values["max_rate_per_endpoint"] = max_rate_per_endpoint
        if security_policy is not None:
            self._values["security_policy"] = security_policy
        if session_affinity is not None:
            self._values["session_affinity"] = session_affinity
        if timeout_sec is not None:
            self._values["timeout_sec"] = timeout_sec

    @builtins.property
    def backend_preference(
        self,
    ) -> typing.Optional["GcpBackendPolicySpecDefaultBackendPreference"]:
        '''BackendPreference indicates whether the backend should be fully utilized before sending traffic to backends with default preference.

        Can only be configured for multi-cluster service backends when
        GCPBackendPolicy targets ServiceExport.
        The default value is DEFAULT.

        :schema: GcpBackendPolicySpecDefault#backendPreference
        '''
        result = self._values.get("backend_preference")
        return typing.cast(typing.Optional["GcpBackendPolicySpecDefaultBackendPreference"], result)

    @builtins.property
    def connection_draining(
        self,
    ) -> typing.Optional["GcpBackendPolicySpecDefaultConnectionDraining"]:
        '''ConnectionDraining contains configuration for connection draining.

        :schema: GcpBackendPolicySpecDefault#connectionDraining
        '''
        result = self._values.get("connection_draining")
        return typing.cast(typing.Optional["GcpBackendPolicySpecDefaultConnectionDraining"], result)

    @builtins.property
    def iap(self) -> typing.Optional["GcpBackendPolicySpecDefaultIap"]:
        '''IAP contains the configurations for Identity-Aware Proxy.

        See https://cloud.google.com/compute/docs/reference/rest/v1/backendServices
        Identity-Aware Proxy manages access control policies for backend services associated with a HTTPRoute,
        so they can be accessed only by authenticated users or applications with correct Identity and Access Management (IAM) role.

        :schema: GcpBackendPolicySpecDefault#iap
        '''
        result = self._values.get("iap")
        return typing.cast(typing.Optional["GcpBackendPolicySpecDefaultIap"], result)

    @builtins.property
    def logging(self) -> typing.Optional["GcpBackendPolicySpecDefaultLogging"]:
        '''LoggingConfig contains configuration for logging.

        :schema: GcpBackendPolicySpecDefault#logging
        '''
        result = self._values.get("logging")
        return typing.cast(typing.Optional["GcpBackendPolicySpecDefaultLogging"], result)

    @builtins.property
    def max_rate_per_endpoint(self) -> typing.Optional[jsii.Number]:
        '''MaxRatePerEndpoint configures the target capacity for backends.

        If the field is omitted, a default value (1e8) will be used.
        In the future we may add selector based settings for MaxRatePerEndpoint but they will co-exist

        :schema: GcpBackendPolicySpecDefault#maxRatePerEndpoint
        '''
        result = self._values.get("max_rate_per_endpoint")
        return typing.cast(typing.Optional[jsii.Number], result)

    @builtins.property
    def security_policy(self) -> typing.Optional[builtins.str]:
        '''SecurityPolicy is a reference to a GCP Cloud Armor SecurityPolicy resource.

        :schema: GcpBackendPolicySpecDefault#securityPolicy
        '''
        result = self._values.get("security_policy")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def session_affinity(
        self,
    ) -> typing.Optional["GcpBackendPolicySpecDefaultSessionAffinity"]:
        '''SessionAffinityConfig contains configuration for stickiness parameters.

        :schema: GcpBackendPolicySpecDefault#sessionAffinity
        '''
        result = self._values.get("session_affinity")
        return typing.cast(typing.Optional["GcpBackendPolicySpecDefaultSessionAffinity"], result)

    @builtins.property
    def timeout_sec(self) -> typing.Optional[jsii.Number]:
        '''TimeoutSec is a BackendService parameter.

        See https://cloud.google.com/compute/docs/reference/rest/v1/backendServices.
        If the field is omitted, a default value (30s) will be used.

        :schema: GcpBackendPolicySpecDefault#timeoutSec
        '''
        result = self._values.get("timeout_sec")
        return typing.cast(typing.Optional[jsii.Number], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "GcpBackendPolicySpecDefault(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.enum(jsii_type="iogkenetworking.GcpBackendPolicySpecDefaultBackendPreference")
class GcpBackendPolicySpecDefaultBackendPreference(enum.Enum):
    '''BackendPreference indicates whether the backend should be fully utilized before sending traffic to backends with default preference.

    Can only be configured for multi-cluster service backends when
    GCPBackendPolicy targets ServiceExport.
    The default value is DEFAULT.

    :schema: GcpBackendPolicySpecDefaultBackendPreference
    '''

    DEFAULT = "DEFAULT"
    '''DEFAULT.'''
    PREFERRED = "PREFERRED"
    '''PREFERRED.'''


@jsii.data_type(
    jsii_type="iogkenetworking.GcpBackendPolicySpecDefaultConnectionDraining",
    jsii_struct_bases=[],
    name_mapping={"draining_timeout_sec": "drainingTimeoutSec"},
)
class GcpBackendPolicySpecDefaultConnectionDraining:
    def __init__(
        self,
        *,
        draining_timeout_sec: typing.Optional[jsii.Number] = None,
    ) -> None:
        '''ConnectionDraining contains configuration for connection draining.

        :param draining_timeout_sec: DrainingTimeoutSec is a BackendService parameter. It is used during removal of VMs from instance groups. This guarantees that for the specified time all existing connections to a VM will remain untouched, but no new connections will be accepted. Set timeout to zero to disable connection draining. Enable the feature by specifying a timeout of up to one hour. If the field is omitted, a default value (0s) will be used. See https://cloud.google.com/compute/docs/reference/rest/v1/backendServices

        :schema: GcpBackendPolicySpecDefaultConnectionDraining
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__a644933f17d50828dac546675ae4c4bf8fb14930266a16218bcb2309fed01da7)
            check_type(argname="argument draining_timeout_sec", value=draining_timeout_sec, expected_type=type_hints["draining_timeout_sec"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if draining_timeout_sec is not None:
            self._values["draining_timeout_sec"] = draining_timeout_sec

    @builtins.property
    def draining_timeout_sec(self) -> typing.Optional[jsii.Number]:
        '''DrainingTimeoutSec is a BackendService parameter.

        It is used during removal of VMs from instance groups. This guarantees that for
        the specified time all existing connections to a VM will remain untouched,
        but no new connections will be accepted. Set timeout to zero to disable
        connection draining. Enable the feature by specifying a timeout of up to
        one hour. If the field is omitted, a default value (0s) will be used.
        See https://cloud.google.com/compute/docs/reference/rest/v1/backendServices

        :schema: GcpBackendPolicySpecDefaultConnectionDraining#drainingTimeoutSec
        '''
        result = self._values.get("draining_timeout_sec")
        return typing.cast(typing.Optional[jsii.Number], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "GcpBackendPolicySpecDefaultConnectionDraining(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.GcpBackendPolicySpecDefaultIap",
    jsii_struct_bases=[],
    name_mapping={
        "client_id": "clientId",
        "enabled": "enabled",
        "oauth2_client_secret": "oauth2ClientSecret",
    },
)
class GcpBackendPolicySpecDefaultIap:
    def __init__(
        self,
        *,
        client_id: typing.Optional[builtins.str] = None,
        enabled: typing.Optional[builtins.bool] = None,
        oauth2_client_secret: typing.Optional[typing.Union["GcpBackendPolicySpecDefaultIapOauth2ClientSecret", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''IAP contains the configurations for Identity-Aware Proxy.

        See https://cloud.google.com/compute/docs/reference/rest/v1/backendServices
        Identity-Aware Proxy manages access control policies for backend services associated with a HTTPRoute,
        so they can be accessed only by authenticated users or applications with correct Identity and Access Management (IAM) role.

        :param client_id: ClientID is the OAuth2 client ID to use for the authentication flow. See iap.oauth2ClientId in https://cloud.google.com/compute/docs/reference/rest/v1/backendServices ClientID must be set if Enabled is set to true.
        :param enabled: Enabled denotes whether the serving infrastructure will authenticate and authorize all incoming requests. If true, the ClientID and Oauth2ClientSecret fields must be non-empty. If not specified, this defaults to false, which means Identity-Aware Proxy is disabled by default.
        :param oauth2_client_secret: Oauth2ClientSecret contains the OAuth2 client secret to use for the authentication flow. Oauth2ClientSecret must be set if Enabled is set to true.

        :schema: GcpBackendPolicySpecDefaultIap
        '''
        if isinstance(oauth2_client_secret, dict):
            oauth2_client_secret = GcpBackendPolicySpecDefaultIapOauth2ClientSecret(**oauth2_client_secret)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__572a2290d864eeb18957154542d9a703855498a827d5400103deec323dfafc3d)
            check_type(argname="argument client_id", value=client_id, expected_type=type_hints["client_id"])
            check_type(argname="argument enabled", value=enabled, expected_type=type_hints["enabled"])
            check_type(argname="argument oauth2_client_secret", value=oauth2_client_secret, expected_type=type_hints["oauth2_client_secret"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if client_id is not None:
            self._values["client_id"] = client_id
        if enabled is not None:
            self._values["enabled"] = enabled
        if oauth2_client_secret is not None:
            self._values["oauth2_client_secret"] = oauth2_client_secret

    @builtins.property
    def client_id(self) -> typing.Optional[builtins.str]:
        '''ClientID is the OAuth2 client ID to use for the authentication flow.

        See iap.oauth2ClientId in https://cloud.google.com/compute/docs/reference/rest/v1/backendServices
        ClientID must be set if Enabled is set to true.

        :schema: GcpBackendPolicySpecDefaultIap#clientID
        '''
        result = self._values.get("client_id")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def enabled(self) -> typing.Optional[builtins.bool]:
        '''Enabled denotes whether the serving infrastructure will authenticate and authorize all incoming requests.

        If true, the ClientID and Oauth2ClientSecret fields must be non-empty.
        If not specified, this defaults to false, which means Identity-Aware Proxy is disabled by default.

        :schema: GcpBackendPolicySpecDefaultIap#enabled
        '''
        result = self._values.get("enabled")
        return typing.cast(typing.Optional[builtins.bool], result)

    @builtins.property
    def oauth2_client_secret(
        self,
    ) -> typing.Optional["GcpBackendPolicySpecDefaultIapOauth2ClientSecret"]:
        '''Oauth2ClientSecret contains the OAuth2 client secret to use for the authentication flow.

        Oauth2ClientSecret must be set if Enabled is set to true.

        :schema: GcpBackendPolicySpecDefaultIap#oauth2ClientSecret
        '''
        result = self._values.get("oauth2_client_secret")
        return typing.cast(typing.Optional["GcpBackendPolicySpecDefaultIapOauth2ClientSecret"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "GcpBackendPolicySpecDefaultIap(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.GcpBackendPolicySpecDefaultIapOauth2ClientSecret",
    jsii_struct_bases=[],
    name_mapping={"name": "name"},
)
class GcpBackendPolicySpecDefaultIapOauth2ClientSecret:
    def __init__(self, *, name: typing.Optional[builtins.str] = None) -> None:
        '''Oauth2ClientSecret contains the OAuth2 client secret to use for the authentication flow.

        Oauth2ClientSecret must be set if Enabled is set to true.

        :param name: Name is the reference to the secret resource.

        :schema: GcpBackendPolicySpecDefaultIapOauth2ClientSecret
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__d6a62dc3f5a6002991d3118fd3c8271ddc4ebbb720cea2771344caf494a33c52)
            check_type(argname="argument name", value=name, expected_type=type_hints["name"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if name is not None:
            self._values["name"] = name

    @builtins.property
    def name(self) -> typing.Optional[builtins.str]:
        '''Name is the reference to the secret resource.

        :schema: GcpBackendPolicySpecDefaultIapOauth2ClientSecret#name
        '''
        result = self._values.get("name")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "GcpBackendPolicySpecDefaultIapOauth2ClientSecret(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.GcpBackendPolicySpecDefaultLogging",
    jsii_struct_bases=[],
    name_mapping={"enabled": "enabled", "sample_rate": "sampleRate"},
)
class GcpBackendPolicySpecDefaultLogging:
    def __init__(
        self,
        *,
        enabled: typing.Optional[builtins.bool] = None,
        sample_rate: typing.Optional[jsii.Number] = None,
    ) -> None:
        '''LoggingConfig contains configuration for logging.

        :param enabled: Enabled denotes whether to enable logging for the load balancer traffic served by this backend service. If not specified, this defaults to false, which means logging is disabled by default.
        :param sample_rate: This field can only be specified if logging is enabled for this backend service. The value of the field must be in range [0, 1e6]. This is converted to a floating point value in the range [0, 1] by dividing by 1e6 for use with the GCE api and interpreted as the proportion of requests that will be logged. By default all requests will be logged.

        :schema: GcpBackendPolicySpecDefaultLogging
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__5ed9f653fb689307749187fd1d10a13226658c8e29718913b07c5c679f52856d)
            check_type(argname="argument enabled", value=enabled, expected_type=type_hints["enabled"])
            check_type(argname="argument sample_rate", value=sample_rate, expected_type=type_hints["sample_rate"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if enabled is not None:
            self._values["enabled"] = enabled
        if sample_rate is not None:
            self._values["sample_rate"] = sample_rate

    @builtins.property
    def enabled(self) -> typing.Optional[builtins.bool]:
        '''Enabled denotes whether to enable logging for the load balancer traffic served by this backend service.

        If not specified, this defaults to false,
        which means logging is disabled by default.

        :schema: GcpBackendPolicySpecDefaultLogging#enabled
        '''
        result = self._values.get("enabled")
        return typing.cast(typing.Optional[builtins.bool], result)

    @builtins.property
    def sample_rate(self) -> typing.Optional[jsii.Number]:
        '''This field can only be specified if logging is enabled for this backend service.

        The value of the field must be in range [0, 1e6]. This is
        converted to a floating point value in the range [0, 1] by dividing by 1e6
        for use with the GCE api and interpreted as the proportion of requests that
        will be logged. By default all requests will be logged.

        :schema: GcpBackendPolicySpecDefaultLogging#sampleRate
        '''
        result = self._values.get("sample_rate")
        return typing.cast(typing.Optional[jsii.Number], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "GcpBackendPolicySpecDefaultLogging(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.GcpBackendPolicySpecDefaultSessionAffinity",
    jsii_struct_bases=[],
    name_mapping={"cookie_ttl_sec": "cookieTtlSec", "type": "type"},
)
class GcpBackendPolicySpecDefaultSessionAffinity:
    def __init__(
        self,
        *,
        cookie_ttl_sec: typing.Optional[jsii.Number] = None,
        type: typing.Optional["GcpBackendPolicySpecDefaultSessionAffinityType"] = None,
    ) -> None:
        '''SessionAffinityConfig contains configuration for stickiness parameters.

        :param cookie_ttl_sec: CookieTTLSec specifies the lifetime of cookies in seconds. This setting requires GENERATED_COOKIE or HTTP_COOKIE session affinity. If set to 0, the cookie is non-persistent and lasts only until the end of the browser session (or equivalent). The maximum allowed value is two weeks (1,209,600).
        :param type: Type specifies the type of session affinity to use. If not specified, this defaults to NONE.

        :schema: GcpBackendPolicySpecDefaultSessionAffinity
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__54ba62666bb7b1e125af5e57155f82fe3c6380492e4439c289a3a3850bc37fec)
            check_type(argname="argument cookie_ttl_sec", value=cookie_ttl_sec, expected_type=type_hints["cookie_ttl_sec"])
            check_type(argname="argument type", value=type, expected_type=type_hints["type"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if cookie_ttl_sec is not None:
            self._values["cookie_ttl_sec"] = cookie_ttl_sec
        if type is not None:
            self._values["type"] = type

    @builtins.property
    def cookie_ttl_sec(self) -> typing.Optional[jsii.Number]:
        '''CookieTTLSec specifies the lifetime of cookies in seconds.

        This setting
        requires GENERATED_COOKIE or HTTP_COOKIE session affinity. If set to 0, the
        cookie is non-persistent and lasts only until the end of the browser
        session (or equivalent). The maximum allowed value is two weeks
        (1,209,600).

        :schema: GcpBackendPolicySpecDefaultSessionAffinity#cookieTtlSec
        '''
        result = self._values.get("cookie_ttl_sec")
        return typing.cast(typing.Optional[jsii.Number], result)

    @builtins.property
    def type(self) -> typing.Optional["GcpBackendPolicySpecDefaultSessionAffinityType"]:
        '''Type specifies the type of session affinity to use.

        If not specified, this
        defaults to NONE.

        :schema: GcpBackendPolicySpecDefaultSessionAffinity#type
        '''
        result = self._values.get("type")
        return typing.cast(typing.Optional["GcpBackendPolicySpecDefaultSessionAffinityType"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "GcpBackendPolicySpecDefaultSessionAffinity(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.enum(jsii_type="iogkenetworking.GcpBackendPolicySpecDefaultSessionAffinityType")
class GcpBackendPolicySpecDefaultSessionAffinityType(enum.Enum):
    '''Type specifies the type of session affinity to use.

    If not specified, this
    defaults to NONE.

    :schema: GcpBackendPolicySpecDefaultSessionAffinityType
    '''

    CLIENT_UNDERSCORE_IP = "CLIENT_UNDERSCORE_IP"
    '''CLIENT_IP.'''
    CLIENT_UNDERSCORE_IP_UNDERSCORE_PORT_UNDERSCORE_PROTO = "CLIENT_UNDERSCORE_IP_UNDERSCORE_PORT_UNDERSCORE_PROTO"
    '''CLIENT_IP_PORT_PROTO.'''
    CLIENT_UNDERSCORE_IP_UNDERSCORE_PROTO = "CLIENT_UNDERSCORE_IP_UNDERSCORE_PROTO"
    '''CLIENT_IP_PROTO.'''
    GENERATED_UNDERSCORE_COOKIE = "GENERATED_UNDERSCORE_COOKIE"
    '''GENERATED_COOKIE.'''
    HEADER_UNDERSCORE_FIELD = "HEADER_UNDERSCORE_FIELD"
    '''HEADER_FIELD.'''
    HTTP_UNDERSCORE_COOKIE = "HTTP_UNDERSCORE_COOKIE"
    '''HTTP_COOKIE.'''
    NONE = "NONE"
    '''NONE.'''


@jsii.data_type(
    jsii_type="iogkenetworking.GcpBackendPolicySpecTargetRef",
    jsii_struct_bases=[],
    name_mapping={
        "group": "group",
        "kind": "kind",
        "name": "name",
        "namespace": "namespace",
    },
)
class GcpBackendPolicySpecTargetRef:
    def __init__(
        self,
        *,
        group: builtins.str,
        kind: builtins.str,
        name: builtins.str,
        namespace: typing.Optional[builtins.str] = None,
    ) -> None:
        '''TargetRef identifies an API object to apply policy to.

        :param group: Group is the group of the target resource.
        :param kind: Kind is kind of the target resource.
        :param name: Name is the name of the target resource.
        :param namespace: Namespace is the namespace of the referent. When unspecified, the local namespace is inferred. Even when policy targets a resource in a different namespace, it MUST only apply to traffic originating from the same namespace as the policy.

        :schema: GcpBackendPolicySpecTargetRef
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__d0d5cf1ac80e71045846f3377ab1d06a3b794252317bc1d9bda3269302be910d)
            check_type(argname="argument group", value=group, expected_type=type_hints["group"])
            check_type(argname="argument kind", value=kind, expected_type=type_hints["kind"])
            check_type(argname="argument name", value=name, expected_type=type_hints["name"])
            check_type(argname="argument namespace", value=namespace, expected_type=type_hints["namespace"])
        self._values: typing.Dict[builtins.str, typing.Any] = {
            "group": group,
            "kind": kind,
            "name": name,
        }
        if namespace is not None:
            self._values["namespace"] = namespace

    @builtins.property
    def group(self) -> builtins.str:
        '''Group is the group of the target resource.

        :schema: GcpBackendPolicySpecTargetRef#group
        '''
        result = self._values.get("group")
        assert result is not None, "Required property 'group' is missing"
        return typing.cast(builtins.str, result)

    @builtins.property
    def kind(self) -> builtins.str:
        '''Kind is kind of the target resource.

        :schema: GcpBackendPolicySpecTargetRef#kind
        '''
        result = self._values.get("kind")
        assert result is not None, "Required property 'kind' is missing"
        return typing.cast(builtins.str, result)

    @builtins.property
    def name(self) -> builtins.str:
        '''Name is the name of the target resource.

        :schema: GcpBackendPolicySpecTargetRef#name
        '''
        result = self._values.get("name")
        assert result is not None, "Required property 'name' is missing"
        return typing.cast(builtins.str, result)

    @builtins.property
    def namespace(self) -> typing.Optional[builtins.str]:
        '''Namespace is the namespace of the referent.

        When unspecified, the local
        namespace is inferred. Even when policy targets a resource in a different
        namespace, it MUST only apply to traffic originating from the same
        namespace as the policy.

        :schema: GcpBackendPolicySpecTargetRef#namespace
        '''
        result = self._values.get("namespace")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "GcpBackendPolicySpecTargetRef(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


class GcpGatewayPolicy(
    _cdk8s_d3d9af27.ApiObject,
    metaclass=jsii.JSIIMeta,
    jsii_type="iogkenetworking.GcpGatewayPolicy",
):
    '''GCPGatewayPolicy provides a way to apply SSL policy and other configuration to the GKE Gateway.

    :schema: GCPGatewayPolicy
    '''

    def __init__(
        self,
        scope: "_constructs_77d1e7e8.Construct",
        id: builtins.str,
        *,
        spec: typing.Union["GcpGatewayPolicySpec", typing.Dict[builtins.str, typing.Any]],
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''Defines a "GCPGatewayPolicy" API object.

        :param scope: the scope in which to define this object.
        :param id: a scope-local name for the object.
        :param spec: Spec defines the desired state of GCPGatewayPolicy.
        :param metadata: 
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__711d60f9b15f5f4b302f5870beb9f7739ce0f65ce73809b84da7d270364ead82)
            check_type(argname="argument scope", value=scope, expected_type=type_hints["scope"])
            check_type(argname="argument id", value=id, expected_type=type_hints["id"])
        props = GcpGatewayPolicyProps(spec=spec, metadata=metadata)

        jsii.create(self.__class__, self, [scope, id, props])

    @jsii.member(jsii_name="manifest")
    @builtins.classmethod
    def manifest(
        cls,
        *,
        spec: typing.Union["GcpGatewayPolicySpec", typing.Dict[builtins.str, typing.Any]],
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> typing.Any:
        '''Renders a Kubernetes manifest for "GCPGatewayPolicy".

        This can be used to inline resource manifests inside other objects (e.g. as templates).

        :param spec: Spec defines the desired state of GCPGatewayPolicy.
        :param metadata: 
        '''
        props = GcpGatewayPolicyProps(spec=spec, metadata=metadata)

        return typing.cast(typing.Any, jsii.sinvoke(cls, "manifest", [props]))

    @jsii.member(jsii_name="toJson")
    def to_json(self) -> typing.Any:
        '''Renders the object to Kubernetes JSON.'''
        return typing.cast(typing.Any, jsii.invoke(self, "toJson", []))

    @jsii.python.classproperty
    @jsii.member(jsii_name="GVK")
    def GVK(cls) -> "_cdk8s_d3d9af27.GroupVersionKind":
        '''Returns the apiVersion and kind for "GCPGatewayPolicy".'''
        return typing.cast("_cdk8s_d3d9af27.GroupVersionKind", jsii.sget(cls, "GVK"))


@jsii.data_type(
    jsii_type="iogkenetworking.GcpGatewayPolicyProps",
    jsii_struct_bases=[],
    name_mapping={"spec": "spec", "metadata": "metadata"},
)
class GcpGatewayPolicyProps:
    def __init__(
        self,
        *,
        spec: typing.Union["GcpGatewayPolicySpec", typing.Dict[builtins.str, typing.Any]],
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''GCPGatewayPolicy provides a way to apply SSL policy and other configuration to the GKE Gateway.

        :param spec: Spec defines the desired state of GCPGatewayPolicy.
        :param metadata: 

        :schema: GCPGatewayPolicy
        '''
        if isinstance(spec, dict):
            spec = GcpGatewayPolicySpec(**spec)
        if isinstance(metadata, dict):
            metadata = _cdk8s_d3d9af27.ApiObjectMetadata(**metadata)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__cc03cebc1392a75f94e07b5383f446c18923de13e3410e4763877f3d79020aa0)
            check_type(argname="argument spec", value=spec, expected_type=type_hints["spec"])
            check_type(argname="argument metadata", value=metadata, expected_type=type_hints["metadata"])
        self._values: typing.Dict[builtins.str, typing.Any] = {
            "spec": spec,
        }
        if metadata is not None:
            self._values["metadata"] = metadata

    @builtins.property
    def spec(self) -> "GcpGatewayPolicySpec":
        '''Spec defines the desired state of GCPGatewayPolicy.

        :schema: GCPGatewayPolicy#spec
        '''
        result = self._values.get("spec")
        assert result is not None, "Required property 'spec' is missing"
        return typing.cast("GcpGatewayPolicySpec", result)

    @builtins.property
    def metadata(self) -> typing.Optional["_cdk8s_d3d9af27.ApiObjectMetadata"]:
        '''
        :schema: GCPGatewayPolicy#metadata
        '''
        result = self._values.get("metadata")
        return typing.cast(typing.Optional["_cdk8s_d3d9af27.ApiObjectMetadata"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "GcpGatewayPolicyProps(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.GcpGatewayPolicySpec",
    jsii_struct_bases=[],
    name_mapping={"target_ref": "targetRef", "default": "default"},
)
class GcpGatewayPolicySpec:
    def __init__(
        self,
        *,
        target_ref: typing.Union["GcpGatewayPolicySpecTargetRef", typing.Dict[builtins.str, typing.Any]],
        default: typing.Optional[typing.Union["GcpGatewayPolicySpecDefault", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''Spec defines the desired state of GCPGatewayPolicy.

        :param target_ref: TargetRef identifies an API object to apply policy to.
        :param default: Default defines default gateway policy configuration for the targeted resource.

        :schema: GcpGatewayPolicySpec
        '''
        if isinstance(target_ref, dict):
            target_ref = GcpGatewayPolicySpecTargetRef(**target_ref)
        if isinstance(default, dict):
            default = GcpGatewayPolicySpecDefault(**default)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__b0fc98853aadca60ae16dce22d882be3d68e1453e5033027cadfd36f68c8631a)
            check_type(argname="argument target_ref", value=target_ref, expected_type=type_hints["target_ref"])
            check_type(argname="argument default", value=default, expected_type=type_hints["default"])
        self._values: typing.Dict[builtins.str, typing.Any] = {
            "target_ref": target_ref,
        }
        if default is not None:
            self._values["default"] = default

    @builtins.property
    def target_ref(self) -> "GcpGatewayPolicySpecTargetRef":
        '''TargetRef identifies an API object to apply policy to.

        :schema: GcpGatewayPolicySpec#targetRef
        '''
        result = self._values.get("target_ref")
        assert result is not None, "Required property 'target_ref' is missing"
        return typing.cast("GcpGatewayPolicySpecTargetRef", result)

    @builtins.property
    def default(self) -> typing.Optional["GcpGatewayPolicySpecDefault"]:
        '''Default defines default gateway policy configuration for the targeted resource.

        :schema: GcpGatewayPolicySpec#default
        '''
        result = self._values.get("default")
        return typing.cast(typing.Optional["GcpGatewayPolicySpecDefault"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "GcpGatewayPolicySpec(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.GcpGatewayPolicySpecDefault",
    jsii_struct_bases=[],
    name_mapping={
        "allow_global_access": "allowGlobalAccess",
        "region": "region",
        "ssl_policy": "sslPolicy",
    },
)
class GcpGatewayPolicySpecDefault:
    def __init__(
        self,
        *,
        allow_global_access: typing.Optional[builtins.bool] = None,
        region: typing.Optional[builtins.str] = None,
        ssl_policy: typing.Optional[builtins.str] = None,
    ) -> None:
        '''Default defines default gateway policy configuration for the targeted resource.

        :param allow_global_access: 
        :param region: Region allows to specify load balancer's region for Multi-cluster Gateway.
        :param ssl_policy: 

        :schema: GcpGatewayPolicySpecDefault
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__bb5b688aca38846695c5b82d10ed7728dedce19803e7640693846e644352577b)
            check_type(argname="argument allow_global_access", value=allow_global_access, expected_type=type_hints["allow_global_access"])
            check_type(argname="argument region", value=region, expected_type=type_hints["region"])
            check_type(argname="argument ssl_policy", value=ssl_policy, expected_type=type_hints["ssl_policy"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if allow_global_access is not None:
            self._values["allow_global_access"] = allow_global_access
        if region is not None:
            self._values["region"] = region
        if ssl_policy is not None:
            self._values["ssl_policy"] = ssl_policy

    @builtins.property
    def allow_global_access(self) -> typing.Optional[builtins.bool]:
        '''
        :schema: GcpGatewayPolicySpecDefault#allowGlobalAccess
        '''
        result = self._values.get("allow_global_access")
        return typing.cast(typing.Optional[builtins.bool], result)

    @builtins.property
    def region(self) -> typing.Optional[builtins.str]:
        '''Region allows to specify load balancer's region for Multi-cluster Gateway.

        :schema: GcpGatewayPolicySpecDefault#region
        '''
        result = self._values.get("region")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def ssl_policy(self) -> typing.Optional[builtins.str]:
        '''
        :schema: GcpGatewayPolicySpecDefault#sslPolicy
        '''
        result = self._values.get("ssl_policy")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "GcpGatewayPolicySpecDefault(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.GcpGatewayPolicySpecTargetRef",
    jsii_struct_bases=[],
    name_mapping={
        "group": "group",
        "kind": "kind",
        "name": "name",
        "namespace": "namespace",
    },
)
class GcpGatewayPolicySpecTargetRef:
    def __init__(
        self,
        *,
        group: builtins.str,
        kind: builtins.str,
        name: builtins.str,
        namespace: typing.Optional[builtins.str] = None,
    ) -> None:
        '''TargetRef identifies an API object to apply policy to.

        :param group: Group is the group of the target resource.
        :param kind: Kind is kind of the target resource.
        :param name: Name is the name of the target resource.
        :param namespace: Namespace is the namespace of the referent. When unspecified, the local namespace is inferred. Even when policy targets a resource in a different namespace, it MUST only apply to traffic originating from the same namespace as the policy.

        :schema: GcpGatewayPolicySpecTargetRef
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__7509d56250c3c226b5b78ac0747c1d6c88be24598fe1c030635d67381322d4ea)
            check_type(argname="argument group", value=group, expected_type=type_hints["group"])
            check_type(argname="argument kind", value=kind, expected_type=type_hints["kind"])
            check_type(argname="argument name", value=name, expected_type=type_hints["name"])
            check_type(argname="argument namespace", value=namespace, expected_type=type_hints["namespace"])
        self._values: typing.Dict[builtins.str, typing.Any] = {
            "group": group,
            "kind": kind,
            "name": name,
        }
        if namespace is not None:
            self._values["namespace"] = namespace

    @builtins.property
    def group(self) -> builtins.str:
        '''Group is the group of the target resource.

        :schema: GcpGatewayPolicySpecTargetRef#group
        '''
        result = self._values.get("group")
        assert result is not None, "Required property 'group' is missing"
        return typing.cast(builtins.str, result)

    @builtins.property
    def kind(self) -> builtins.str:
        '''Kind is kind of the target resource.

        :schema: GcpGatewayPolicySpecTargetRef#kind
        '''
        result = self._values.get("kind")
        assert result is not None, "Required property 'kind' is missing"
        return typing.cast(builtins.str, result)

    @builtins.property
    def name(self) -> builtins.str:
        '''Name is the name of the target resource.

        :schema: GcpGatewayPolicySpecTargetRef#name
        '''
        result = self._values.get("name")
        assert result is not None, "Required property 'name' is missing"
        return typing.cast(builtins.str, result)

    @builtins.property
    def namespace(self) -> typing.Optional[builtins.str]:
        '''Namespace is the namespace of the referent.

        When unspecified, the local
        namespace is inferred. Even when policy targets a resource in a different
        namespace, it MUST only apply to traffic originating from the same
        namespace as the policy.

        :schema: GcpGatewayPolicySpecTargetRef#namespace
        '''
        result = self._values.get("namespace")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "GcpGatewayPolicySpecTargetRef(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


class HealthCheckPolicy(
    _cdk8s_d3d9af27.ApiObject,
    metaclass=jsii.JSIIMeta,
    jsii_type="iogkenetworking.HealthCheckPolicy",
):
    '''HealthCheckPolicy provides a way to create and attach a HealthCheck to a BackendService with the GKE implementation of the Gateway API.

    This policy can only be attached to a BackendService.

    :schema: HealthCheckPolicy
    '''

    def __init__(
        self,
        scope: "_constructs_77d1e7e8.Construct",
        id: builtins.str,
        *,
        spec: typing.Union["HealthCheckPolicySpec", typing.Dict[builtins.str, typing.Any]],
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''Defines a "HealthCheckPolicy" API object.

        :param scope: the scope in which to define this object.
        :param id: a scope-local name for the object.
        :param spec: Spec defines the desired state of HealthCheckPolicy.
        :param metadata: 
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__d59753f6d17ea6280032b59d0c4b673368ea2c171bd0b6b65c9161d6c373beb3)
            check_type(argname="argument scope", value=scope, expected_type=type_hints["scope"])
            check_type(argname="argument id", value=id, expected_type=type_hints["id"])
        props = HealthCheckPolicyProps(spec=spec, metadata=metadata)

        jsii.create(self.__class__, self, [scope, id, props])

    @jsii.member(jsii_name="manifest")
    @builtins.classmethod
    def manifest(
        cls,
        *,
        spec: typing.Union["HealthCheckPolicySpec", typing.Dict[builtins.str, typing.Any]],
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> typing.Any:
        '''Renders a Kubernetes manifest for "HealthCheckPolicy".

        This can be used to inline resource manifests inside other objects (e.g. as templates).

        :param spec: Spec defines the desired state of HealthCheckPolicy.
        :param metadata: 
        '''
        props = HealthCheckPolicyProps(spec=spec, metadata=metadata)

        return typing.cast(typing.Any, jsii.sinvoke(cls, "manifest", [props]))

    @jsii.member(jsii_name="toJson")
    def to_json(self) -> typing.Any:
        '''Renders the object to Kubernetes JSON.'''
        return typing.cast(typing.Any, jsii.invoke(self, "toJson", []))

    @jsii.python.classproperty
    @jsii.member(jsii_name="GVK")
    def GVK(cls) -> "_cdk8s_d3d9af27.GroupVersionKind":
        '''Returns the apiVersion and kind for "HealthCheckPolicy".'''
        return typing.cast("_cdk8s_d3d9af27.GroupVersionKind", jsii.sget(cls, "GVK"))


@jsii.data_type(
    jsii_type="iogkenetworking.HealthCheckPolicyProps",
    jsii_struct_bases=[],
    name_mapping={"spec": "spec", "metadata": "metadata"},
)
class HealthCheckPolicyProps:
    def __init__(
        self,
        *,
        spec: typing.Union["HealthCheckPolicySpec", typing.Dict[builtins.str, typing.Any]],
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''HealthCheckPolicy provides a way to create and attach a HealthCheck to a BackendService with the GKE implementation of the Gateway API.

        This policy can only be attached to a BackendService.

        :param spec: Spec defines the desired state of HealthCheckPolicy.
        :param metadata: 

        :schema: HealthCheckPolicy
        '''
        if isinstance(spec, dict):
            spec = HealthCheckPolicySpec(**spec)
        if isinstance(metadata, dict):
            metadata = _cdk8s_d3d9af27.ApiObjectMetadata(**metadata)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__11e5e1dc7401c0ed4044f56e0afe509731c8ee8697c4875caf85ebc90fdb93be)
            check_type(argname="argument spec", value=spec, expected_type=type_hints["spec"])
            check_type(argname="argument metadata", value=metadata, expected_type=type_hints["metadata"])
        self._values: typing.Dict[builtins.str, typing.Any] = {
            "spec": spec,
        }
        if metadata is not None:
            self._values["metadata"] = metadata

    @builtins.property
    def spec(self) -> "HealthCheckPolicySpec":
        '''Spec defines the desired state of HealthCheckPolicy.

        :schema: HealthCheckPolicy#spec
        '''
        result = self._values.get("spec")
        assert result is not None, "Required property 'spec' is missing"
        return typing.cast("HealthCheckPolicySpec", result)

    @builtins.property
    def metadata(self) -> typing.Optional["_cdk8s_d3d9af27.ApiObjectMetadata"]:
        '''
        :schema: HealthCheckPolicy#metadata
        '''
        result = self._values.get("metadata")
        return typing.cast(typing.Optional["_cdk8s_d3d9af27.ApiObjectMetadata"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "HealthCheckPolicyProps(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.HealthCheckPolicySpec",
    jsii_struct_bases=[],
    name_mapping={"target_ref": "targetRef", "default": "default"},
)
class HealthCheckPolicySpec:
    def __init__(
        self,
        *,
        target_ref: typing.Union["HealthCheckPolicySpecTargetRef", typing.Dict[builtins.str, typing.Any]],
        default: typing.Optional[typing.Union["HealthCheckPolicySpecDefault", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''Spec defines the desired state of HealthCheckPolicy.

        :param target_ref: TargetRef identifies an API object to apply policy to.
        :param default: Default defines default policy configuration for the targeted resource.

        :schema: HealthCheckPolicySpec
        '''
        if isinstance(target_ref, dict):
            target_ref = HealthCheckPolicySpecTargetRef(**target_ref)
        if isinstance(default, dict):
            default = HealthCheckPolicySpecDefault(**default)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__af1c564682b61338a8aec56cb29f86579a146697d36426189765182f631a8db8)
            check_type(argname="argument target_ref", value=target_ref, expected_type=type_hints["target_ref"])
            check_type(argname="argument default", value=default, expected_type=type_hints["default"])
        self._values: typing.Dict[builtins.str, typing.Any] = {
            "target_ref": target_ref,
        }
        if default is not None:
            self._values["default"] = default

    @builtins.property
    def target_ref(self) -> "HealthCheckPolicySpecTargetRef":
        '''TargetRef identifies an API object to apply policy to.

        :schema: HealthCheckPolicySpec#targetRef
        '''
        result = self._values.get("target_ref")
        assert result is not None, "Required property 'target_ref' is missing"
        return typing.cast("HealthCheckPolicySpecTargetRef", result)

    @builtins.property
    def default(self) -> typing.Optional["HealthCheckPolicySpecDefault"]:
        '''Default defines default policy configuration for the targeted resource.

        :schema: HealthCheckPolicySpec#default
        '''
        result = self._values.get("default")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefault"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "HealthCheckPolicySpec(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefault",
    jsii_struct_bases=[],
    name_mapping={
        "check_interval_sec": "checkIntervalSec",
        "config": "config",
        "healthy_threshold": "healthyThreshold",
        "log_config": "logConfig",
        "timeout_sec": "timeoutSec",
        "unhealthy_threshold": "unhealthyThreshold",
    },
)
class HealthCheckPolicySpecDefault:
    def __init__(
        self,
        *,
        check_interval_sec: typing.Optional[jsii.Number] = None,
        config: typing.Optional[typing.Union["HealthCheckPolicySpecDefaultConfig", typing.Dict[builtins.str, typing.Any]]] = None,
        healthy_threshold: typing.Optional[jsii.Number] = None,
        log_config: typing.Optional[typing.Union["HealthCheckPolicySpecDefaultLogConfig", typing.Dict[builtins.str, typing.Any]]] = None,
        timeout_sec: typing.Optional[jsii.Number] = None,
        unhealthy_threshold: typing.Optional[jsii.Number] = None,
    ) -> None:
        '''Default defines default policy configuration for the targeted resource.

        :param check_interval_sec: How often (in seconds) to send a health check. If not specified, a default value of 5 seconds will be used.
        :param config: Specifies the type of the healthCheck, either TCP, HTTP, HTTPS, HTTP2 or GRPC. Exactly one of the protocol-specific health check field must be specified, which must match type field. Config contains per protocol (i.e. HTTP, HTTPS, HTTP2, TCP, GRPC) configuration. If not specified, health check type defaults to HTTP.
        :param healthy_threshold: A so-far unhealthy instance will be marked healthy after this many consecutive successes. If not specified, a default value of 2 will be used.
        :param log_config: LogConfig configures logging on this health check.
        :param timeout_sec: How long (in seconds) to wait before claiming failure. If not specified, a default value of 5 seconds will be used. It is invalid for timeoutSec to have greater value than checkIntervalSec.
        :param unhealthy_threshold: A so-far healthy instance will be marked unhealthy after this many consecutive failures. If not specified, a default value of 2 will be used.

        :schema: HealthCheckPolicySpecDefault
        '''
        if isinstance(config, dict):
            config = HealthCheckPolicySpecDefaultConfig(**config)
        if isinstance(log_config, dict):
            log_config = HealthCheckPolicySpecDefaultLogConfig(**log_config)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__a91fbe96393d62a7b6a8136272c20be181ff8440d753d22a9d9d32d84fef3418)
            check_type(argname="argument check_interval_sec", value=check_interval_sec, expected_type=type_hints["check_interval_sec"])
            check_type(argname="argument config", value=config, expected_type=type_hints["config"])
            check_type(argname="argument healthy_threshold", value=healthy_threshold, expected_type=type_hints["healthy_threshold"])
            check_type(argname="argument log_config", value=log_config, expected_type=type_hints["log_config"])
            check_type(argname="argument timeout_sec", value=timeout_sec, expected_type=type_hints["timeout_sec"])
            check_type(argname="argument unhealthy_threshold", value=unhealthy_threshold, expected_type=type_hints["unhealthy_threshold"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if check_interval_sec is not None:
            self._values["check_interval_sec"] = check_interval_sec
        if config is not None:
            self._values["config"] = config
        if healthy_threshold is not None:
            self._values["healthy_threshold"] = healthy_threshold
        if log_config is not None:
            self._values["log_config"] = log_config
        if timeout_sec is not None:
            self._values["timeout_sec"] = timeout_sec
        if unhealthy_threshold is not None:
            self._values["unhealthy_threshold"] = unhealthy_threshold

    @builtins.property
    def check_interval_sec(self) -> typing.Optional[jsii.Number]:
        '''How often (in seconds) to send a health check.

        If not specified, a default value of 5 seconds will be used.

        :schema: HealthCheckPolicySpecDefault#checkIntervalSec
        '''
        result = self._values.get("check_interval_sec")
        return typing.cast(typing.Optional[jsii.Number], result)

    @builtins.property
    def config(self) -> typing.Optional["HealthCheckPolicySpecDefaultConfig"]:
        '''Specifies the type of the healthCheck, either TCP, HTTP, HTTPS, HTTP2 or GRPC.

        Exactly one of the protocol-specific health check field must be specified,
        which must match type field.
        Config contains per protocol (i.e. HTTP, HTTPS, HTTP2, TCP, GRPC) configuration.
        If not specified, health check type defaults to HTTP.

        :schema: HealthCheckPolicySpecDefault#config
        '''
        result = self._values.get("config")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfig"], result)

    @builtins.property
    def healthy_threshold(self) -> typing.Optional[jsii.Number]:
        '''A so-far unhealthy instance will be marked healthy after this many consecutive successes.

        If not specified, a default value of 2 will be used.

        :schema: HealthCheckPolicySpecDefault#healthyThreshold
        '''
        result = self._values.get("healthy_threshold")
        return typing.cast(typing.Optional[jsii.Number], result)

    @builtins.property
    def log_config(self) -> typing.Optional["HealthCheckPolicySpecDefaultLogConfig"]:
        '''LogConfig configures logging on this health check.

        :schema: HealthCheckPolicySpecDefault#logConfig
        '''
        result = self._values.get("log_config")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultLogConfig"], result)

    @builtins.property
    def timeout_sec(self) -> typing.Optional[jsii.Number]:
        '''How long (in seconds) to wait before claiming failure.

        If not specified, a default value of 5 seconds will be used.
        It is invalid for timeoutSec to have greater value than checkIntervalSec.

        :schema: HealthCheckPolicySpecDefault#timeoutSec
        '''
        result = self._values.get("timeout_sec")
        return typing.cast(typing.Optional[jsii.Number], result)

    @builtins.property
    def unhealthy_threshold(self) -> typing.Optional[jsii.Number]:
        '''A so-far healthy instance will be marked unhealthy after this many consecutive failures.

        If not specified, a default value of 2 will be used.

        :schema: HealthCheckPolicySpecDefault#unhealthyThreshold
        '''
        result = self._values.get("unhealthy_threshold")
        return typing.cast(typing.Optional[jsii.Number], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "HealthCheckPolicySpecDefault(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfig",
    jsii_struct_bases=[],
    name_mapping={
        "grpc_health_check": "grpcHealthCheck",
        "http2_health_check": "http2HealthCheck",
        "http_health_check": "httpHealthCheck",
        "https_health_check": "httpsHealthCheck",
        "tcp_health_check": "tcpHealthCheck",
        "type": "type",
    },
)
class HealthCheckPolicySpecDefaultConfig:
    def __init__(
        self,
        *,
        grpc_health_check: typing.Optional[typing.Union["HealthCheckPolicySpecDefaultConfigGrpcHealthCheck", typing.Dict[builtins.str, typing.Any]]] = None,
        http2_health_check: typing.Optional[typing.Union["HealthCheckPolicySpecDefaultConfigHttp2HealthCheck", typing.Dict[builtins.str, typing.Any]]] = None,
        http_health_check: typing.Optional[typing.Union["HealthCheckPolicySpecDefaultConfigHttpHealthCheck", typing.Dict[builtins.str, typing.Any]]] = None,
        https_health_check: typing.Optional[typing.Union["HealthCheckPolicySpecDefaultConfigHttpsHealthCheck", typing.Dict[builtins.str, typing.Any]]] = None,
        tcp_health_check: typing.Optional[typing.Union["HealthCheckPolicySpecDefaultConfigTcpHealthCheck", typing.Dict[builtins.str, typing.Any]]] = None,
        type: typing.Optional["HealthCheckPolicySpecDefaultConfigType"] = None,
    ) -> None:
        '''Specifies the type of the healthCheck, either TCP, HTTP, HTTPS, HTTP2 or GRPC.

        Exactly one of the protocol-specific health check field must be specified,
        which must match type field.
        Config contains per protocol (i.e. HTTP, HTTPS, HTTP2, TCP, GRPC) configuration.
        If not specified, health check type defaults to HTTP.

        :param grpc_health_check: GRPC is the health check configuration of type GRPC.
        :param http2_health_check: HTTP2 is the health check configuration of type HTTP2.
        :param http_health_check: HTTP is the health check configuration of type HTTP.
        :param https_health_check: HTTPS is the health check configuration of type HTTPS.
        :param tcp_health_check: TCP is the health check configuration of type TCP.
        :param type: Specifies the type of the healthCheck, either TCP, HTTP, HTTPS, HTTP2 or GRPC. Exactly one of the protocol-specific health check field must be specified, which must match type field.

        :schema: HealthCheckPolicySpecDefaultConfig
        '''
        if isinstance(grpc_health_check, dict):
            grpc_health_check = HealthCheckPolicySpecDefaultConfigGrpcHealthCheck(**grpc_health_check)
        if isinstance(http2_health_check, dict):
            http2_health_check = HealthCheckPolicySpecDefaultConfigHttp2HealthCheck(**http2_health_check)
        if isinstance(http_health_check, dict):
            http_health_check = HealthCheckPolicySpecDefaultConfigHttpHealthCheck(**http_health_check)
        if isinstance(https_health_check, dict):
            https_health_check = HealthCheckPolicySpecDefaultConfigHttpsHealthCheck(**https_health_check)
        if isinstance(tcp_health_check, dict):
            tcp_health_check = HealthCheckPolicySpecDefaultConfigTcpHealthCheck(**tcp_health_check)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__37c9573520d8a57a4c971960a91c11564a9df1aacc79d344f025859bd4f97870)
            check_type(argname="argument grpc_health_check", value=grpc_health_check, expected_type=type_hints["grpc_health_check"])
            check_type(argname="argument http2_health_check", value=http2_health_check, expected_type=type_hints["http2_health_check"])
            check_type(argname="argument http_health_check", value=http_health_check, expected_type=type_hints["http_health_check"])
            check_type(argname="argument https_health_check", value=https_health_check, expected_type=type_hints["https_health_check"])
            check_type(argname="argument tcp_health_check", value=tcp_health_check, expected_type=type_hints["tcp_health_check"])
            check_type(argname="argument type", value=type, expected_type=type_hints["type"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if grpc_health_check is not None:
            self._values["grpc_health_check"] = grpc_health_check
        if http2_health_check is not None:
            self._values["http2_health_check"] = http2_health_check
        if http_health_check is not None:
            self._values["http_health_check"] = http_health_check
        if https_health_check is not None:
            self._values["https_health_check"] = https_health_check
        if tcp_health_check is not None:
            self._values["tcp_health_check"] = tcp_health_check
        if type is not None:
            self._values["type"] = type

    @builtins.property
    def grpc_health_check(
        self,
    ) -> typing.Optional["HealthCheckPolicySpecDefaultConfigGrpcHealthCheck"]:
        '''GRPC is the health check configuration of type GRPC.

        :schema: HealthCheckPolicySpecDefaultConfig#grpcHealthCheck
        '''
        result = self._values.get("grpc_health_check")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfigGrpcHealthCheck"], result)

    @builtins.property
    def http2_health_check(
        self,
    ) -> typing.Optional["HealthCheckPolicySpecDefaultConfigHttp2HealthCheck"]:
        '''HTTP2 is the health check configuration of type HTTP2.

        :schema: HealthCheckPolicySpecDefaultConfig#http2HealthCheck
        '''
        result = self._values.get("http2_health_check")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfigHttp2HealthCheck"], result)

    @builtins.property
    def http_health_check(
        self,
    ) -> typing.Optional["HealthCheckPolicySpecDefaultConfigHttpHealthCheck"]:
        '''HTTP is the health check configuration of type HTTP.

        :schema: HealthCheckPolicySpecDefaultConfig#httpHealthCheck
        '''
        result = self._values.get("http_health_check")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfigHttpHealthCheck"], result)

    @builtins.property
    def https_health_check(
        self,
    ) -> typing.Optional["HealthCheckPolicySpecDefaultConfigHttpsHealthCheck"]:
        '''HTTPS is the health check configuration of type HTTPS.

        :schema: HealthCheckPolicySpecDefaultConfig#httpsHealthCheck
        '''
        result = self._values.get("https_health_check")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfigHttpsHealthCheck"], result)

    @builtins.property
    def tcp_health_check(
        self,
    ) -> typing.Optional["HealthCheckPolicySpecDefaultConfigTcpHealthCheck"]:
        '''TCP is the health check configuration of type TCP.

        :schema: HealthCheckPolicySpecDefaultConfig#tcpHealthCheck
        '''
        result = self._values.get("tcp_health_check")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfigTcpHealthCheck"], result)

    @builtins.property
    def type(self) -> typing.Optional["HealthCheckPolicySpecDefaultConfigType"]:
        '''Specifies the type of the healthCheck, either TCP, HTTP, HTTPS, HTTP2 or GRPC.

        Exactly one of the protocol-specific health check field must be specified,
        which must match type field.

        :schema: HealthCheckPolicySpecDefaultConfig#type
        '''
        result = self._values.get("type")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfigType"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "HealthCheckPolicySpecDefaultConfig(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfigGrpcHealthCheck",
    jsii_struct_bases=[],
    name_mapping={
        "grpc_service_name": "grpcServiceName",
        "port": "port",
        "port_name": "portName",
        "port_specification": "portSpecification",
    },
)
class HealthCheckPolicySpecDefaultConfigGrpcHealthCheck:
    def __init__(
        self,
        *,
        grpc_service_name: typing.Optional[builtins.str] = None,
        port: typing.Optional[jsii.Number] = None,
        port_name: typing.Optional[builtins.str] = None,
        port_specification: typing.Optional["HealthCheckPolicySpecDefaultConfigGrpcHealthCheckPortSpecification"] = None,
    ) -> None:
        '''GRPC is the health check configuration of type GRPC.

        :param grpc_service_name: The gRPC service name for the health check. This field is optional. The value of grpcServiceName has the following meanings by convention: - Empty serviceName means the overall status of all services at the backend. - Non-empty serviceName means the health of that gRPC service, as defined by the owner of the service. The grpcServiceName can only be ASCII.
        :param port: The TCP port number for the health check request. Valid values are 1 through 65535.
        :param port_name: Port name as defined in InstanceGroup#NamedPort#name. If both port and portName are defined, port takes precedence.
        :param port_specification: Specifies how port is selected for health checking, can be one of following values:. USE_FIXED_PORT: The port number in port is used for health checking. USE_NAMED_PORT: The portName is used for health checking. USE_SERVING_PORT: For NetworkEndpointGroup, the port specified for each network endpoint is used for health checking. For other backends, the port or named port specified in the Backend Service is used for health checking. If not specified, Protocol health check follows behavior specified in port and portName fields. If neither Port nor PortName is specified, this defaults to USE_SERVING_PORT.

        :schema: HealthCheckPolicySpecDefaultConfigGrpcHealthCheck
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__dacd0fd5a93708c81771067eac0d288f987d6dfdd0ec1e10cf394296b179eda2)
            check_type(argname="argument grpc_service_name", value=grpc_service_name, expected_type=type_hints["grpc_service_name"])
            check_type(argname="argument port", value=port, expected_type=type_hints["port"])
            check_type(argname="argument port_name", value=port_name, expected_type=type_hints["port_name"])
            check_type(argname="argument port_specification", value=port_specification, expected_type=type_hints["port_specification"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if grpc_service_name is not None:
            self._values["grpc_service_name"] = grpc_service_name
        if port is not None:
            self._values["port"] = port
        if port_name is not None:
            self._values["port_name"] = port_name
        if port_specification is not None:
            self._values["port_specification"] = port_specification

    @builtins.property
    def grpc_service_name(self) -> typing.Optional[builtins.str]:
        '''The gRPC service name for the health check.

        This field is optional.
        The value of grpcServiceName has the following meanings by convention:

        - Empty serviceName means the overall status of all services at the backend.
        - Non-empty serviceName means the health of that gRPC service, as defined by
          the owner of the service.
          The grpcServiceName can only be ASCII.

        :schema: HealthCheckPolicySpecDefaultConfigGrpcHealthCheck#grpcServiceName
        '''
        result = self._values.get("grpc_service_name")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def port(self) -> typing.Optional[jsii.Number]:
        '''The TCP port number for the health check request.

        Valid values are 1 through 65535.

        :schema: HealthCheckPolicySpecDefaultConfigGrpcHealthCheck#port
        '''
        result = self._values.get("port")
        return typing.cast(typing.Optional[jsii.Number], result)

    @builtins.property
    def port_name(self) -> typing.Optional[builtins.str]:
        '''Port name as defined in InstanceGroup#NamedPort#name.

        If both port and portName are defined, port takes precedence.

        :schema: HealthCheckPolicySpecDefaultConfigGrpcHealthCheck#portName
        '''
        result = self._values.get("port_name")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def port_specification(
        self,
    ) -> typing.Optional["HealthCheckPolicySpecDefaultConfigGrpcHealthCheckPortSpecification"]:
        '''Specifies how port is selected for health checking, can be one of following values:.

        USE_FIXED_PORT: The port number in port is used for health checking.
        USE_NAMED_PORT: The portName is used for health checking.
        USE_SERVING_PORT: For NetworkEndpointGroup, the port specified for each network endpoint
        is used for health checking. For other backends, the port or named port specified in the
        Backend Service is used for health checking.

        If not specified, Protocol health check follows behavior specified in port and portName fields.
        If neither Port nor PortName is specified, this defaults to USE_SERVING_PORT.

        :schema: HealthCheckPolicySpecDefaultConfigGrpcHealthCheck#portSpecification
        '''
        result = self._values.get("port_specification")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfigGrpcHealthCheckPortSpecification"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "HealthCheckPolicySpecDefaultConfigGrpcHealthCheck(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.enum(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfigGrpcHealthCheckPortSpecification"
)
class HealthCheckPolicySpecDefaultConfigGrpcHealthCheckPortSpecification(enum.Enum):
    '''Specifies how port is selected for health checking, can be one of following values:.

    USE_FIXED_PORT: The port number in port is used for health checking.
    USE_NAMED_PORT: The portName is used for health checking.
    USE_SERVING_PORT: For NetworkEndpointGroup, the port specified for each network endpoint
    is used for health checking. For other backends, the port or named port specified in the
    Backend Service is used for health checking.

    If not specified, Protocol health check follows behavior specified in port and portName fields.
    If neither Port nor PortName is specified, this defaults to USE_SERVING_PORT.

    :schema: HealthCheckPolicySpecDefaultConfigGrpcHealthCheckPortSpecification
    '''

    USE_UNDERSCORE_FIXED_UNDERSCORE_PORT = "USE_UNDERSCORE_FIXED_UNDERSCORE_PORT"
    '''USE_FIXED_PORT.'''
    USE_UNDERSCORE_NAMED_UNDERSCORE_PORT = "USE_UNDERSCORE_NAMED_UNDERSCORE_PORT"
    '''USE_NAMED_PORT.'''
    USE_UNDERSCORE_SERVING_UNDERSCORE_PORT = "USE_UNDERSCORE_SERVING_UNDERSCORE_PORT"
    '''USE_SERVING_PORT.'''


@jsii.data_type(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfigHttp2HealthCheck",
    jsii_struct_bases=[],
    name_mapping={
        "host": "host",
        "port": "port",
        "port_name": "portName",
        "port_specification": "portSpecification",
        "proxy_header": "proxyHeader",
        "request_path": "requestPath",
        "response": "response",
    },
)
class HealthCheckPolicySpecDefaultConfigHttp2HealthCheck:
    def __init__(
        self,
        *,
        host: typing.Optional[builtins.str] = None,
        port: typing.Optional[jsii.Number] = None,
        port_name: typing.Optional[builtins.str] = None,
        port_specification: typing.Optional["HealthCheckPolicySpecDefaultConfigHttp2HealthCheckPortSpecification"] = None,
        proxy_header: typing.Optional["HealthCheckPolicySpecDefaultConfigHttp2HealthCheckProxyHeader"] = None,
        request_path: typing.Optional[builtins.str] = None,
        response: typing.Optional[builtins.str] = None,
    ) -> None:
        '''HTTP2 is the health check configuration of type HTTP2.

        :param host: Host is the value of the host header in the HTTP health check request. This matches the RFC 1123 definition of a hostname with 1 notable exception that numeric IP addresses are not allowed. If not specified or left empty, the IP on behalf of which this health check is performed will be used.
        :param port: The TCP port number for the health check request. Valid values are 1 through 65535.
        :param port_name: Port name as defined in InstanceGroup#NamedPort#name. If both port and portName are defined, port takes precedence.
        :param port_specification: Specifies how port is selected for health checking, can be one of following values:. USE_FIXED_PORT: The port number in port is used for health checking. USE_NAMED_PORT: The portName is used for health checking. USE_SERVING_PORT: For NetworkEndpointGroup, the port specified for each network endpoint is used for health checking. For other backends, the port or named port specified in the Backend Service is used for health checking. If not specified, Protocol health check follows behavior specified in port and portName fields. If neither Port nor PortName is specified, this defaults to USE_SERVING_PORT.
        :param proxy_header: Specifies the type of proxy header to append before sending data to the backend, either NONE or PROXY_V1. If not specified, this defaults to NONE.
        :param request_path: The request path of the HTTP health check request. If not specified or left empty, a default value of "/" is used.
        :param response: The string to match anywhere in the first 1024 bytes of the response body. If not specified or left empty, the status code determines health. The response data can only be ASCII.

        :schema: HealthCheckPolicySpecDefaultConfigHttp2HealthCheck
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__be4f28e68cc92d71cc44e73898a2f3ca3a0dff6a0697d25ab3288fd4203e595e)
            check_type(argname="argument host", value=host, expected_type=type_hints["host"])
            check_type(argname="argument port", value=port, expected_type=type_hints["port"])
            check_type(argname="argument port_name", value=port_name, expected_type=type_hints["port_name"])
            check_type(argname="argument port_specification", value=port_specification, expected_type=type_hints["port_specification"])
            check_type(argname="argument proxy_header", value=proxy_header, expected_type=type_hints["proxy_header"])
            check_type(argname="argument request_path", value=request_path, expected_type=type_hints["request_path"])
            check_type(argname="argument response", value=response, expected_type=type_hints["response"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if host is not None:
            self._values["host"] = host
        if port is not None:
            self._values["port"] = port
        if port_name is not None:
            self._values["port_name"] = port_name
        if port_specification is not None:
            self._values["port_specification"] = port_specification
        if proxy_header is not None:
            self._values["proxy_header"] = proxy_header
        if request_path is not None:
            self._values["request_path"] = request_path
        if response is not None:
            self._values["response"] = response

    @builtins.property
    def host(self) -> typing.Optional[builtins.str]:
        '''Host is the value of the host header in the HTTP health check request.

        This
        matches the RFC 1123 definition of a hostname with 1 notable exception that
        numeric IP addresses are not allowed.
        If not specified or left empty, the IP on behalf of which this health check is
        performed will be used.

        :schema: HealthCheckPolicySpecDefaultConfigHttp2HealthCheck#host
        '''
        result = self._values.get("host")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def port(self) -> typing.Optional[jsii.Number]:
        '''The TCP port number for the health check request.

        Valid values are 1 through 65535.

        :schema: HealthCheckPolicySpecDefaultConfigHttp2HealthCheck#port
        '''
        result = self._values.get("port")
        return typing.cast(typing.Optional[jsii.Number], result)

    @builtins.property
    def port_name(self) -> typing.Optional[builtins.str]:
        '''Port name as defined in InstanceGroup#NamedPort#name.

        If both port and portName are defined, port takes precedence.

        :schema: HealthCheckPolicySpecDefaultConfigHttp2HealthCheck#portName
        '''
        result = self._values.get("port_name")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def port_specification(
        self,
    ) -> typing.Optional["HealthCheckPolicySpecDefaultConfigHttp2HealthCheckPortSpecification"]:
        '''Specifies how port is selected for health checking, can be one of following values:.

        USE_FIXED_PORT: The port number in port is used for health checking.
        USE_NAMED_PORT: The portName is used for health checking.
        USE_SERVING_PORT: For NetworkEndpointGroup, the port specified for each network endpoint
        is used for health checking. For other backends, the port or named port specified in the
        Backend Service is used for health checking.

        If not specified, Protocol health check follows behavior specified in port and portName fields.
        If neither Port nor PortName is specified, this defaults to USE_SERVING_PORT.

        :schema: HealthCheckPolicySpecDefaultConfigHttp2HealthCheck#portSpecification
        '''
        result = self._values.get("port_specification")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfigHttp2HealthCheckPortSpecification"], result)

    @builtins.property
    def proxy_header(
        self,
    ) -> typing.Optional["HealthCheckPolicySpecDefaultConfigHttp2HealthCheckProxyHeader"]:
        '''Specifies the type of proxy header to append before sending data to the backend, either NONE or PROXY_V1.

        If not specified, this defaults to NONE.

        :schema: HealthCheckPolicySpecDefaultConfigHttp2HealthCheck#proxyHeader
        '''
        result = self._values.get("proxy_header")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfigHttp2HealthCheckProxyHeader"], result)

    @builtins.property
    def request_path(self) -> typing.Optional[builtins.str]:
        '''The request path of the HTTP health check request.

        If not specified or left empty, a default value of "/" is used.

        :schema: HealthCheckPolicySpecDefaultConfigHttp2HealthCheck#requestPath
        '''
        result = self._values.get("request_path")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def response(self) -> typing.Optional[builtins.str]:
        '''The string to match anywhere in the first 1024 bytes of the response body.

        If not specified or left empty, the status code determines health.
        The response data can only be ASCII.

        :schema: HealthCheckPolicySpecDefaultConfigHttp2HealthCheck#response
        '''
        result = self._values.get("response")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "HealthCheckPolicySpecDefaultConfigHttp2HealthCheck(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.enum(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfigHttp2HealthCheckPortSpecification"
)
class HealthCheckPolicySpecDefaultConfigHttp2HealthCheckPortSpecification(enum.Enum):
    '''Specifies how port is selected for health checking, can be one of following values:.

    USE_FIXED_PORT: The port number in port is used for health checking.
    USE_NAMED_PORT: The portName is used for health checking.
    USE_SERVING_PORT: For NetworkEndpointGroup, the port specified for each network endpoint
    is used for health checking. For other backends, the port or named port specified in the
    Backend Service is used for health checking.

    If not specified, Protocol health check follows behavior specified in port and portName fields.
    If neither Port nor PortName is specified, this defaults to USE_SERVING_PORT.

    :schema: HealthCheckPolicySpecDefaultConfigHttp2HealthCheckPortSpecification
    '''

    USE_UNDERSCORE_FIXED_UNDERSCORE_PORT = "USE_UNDERSCORE_FIXED_UNDERSCORE_PORT"
    '''USE_FIXED_PORT.'''
    USE_UNDERSCORE_NAMED_UNDERSCORE_PORT = "USE_UNDERSCORE_NAMED_UNDERSCORE_PORT"
    '''USE_NAMED_PORT.'''
    USE_UNDERSCORE_SERVING_UNDERSCORE_PORT = "USE_UNDERSCORE_SERVING_UNDERSCORE_PORT"
    '''USE_SERVING_PORT.'''


@jsii.enum(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfigHttp2HealthCheckProxyHeader"
)
class HealthCheckPolicySpecDefaultConfigHttp2HealthCheckProxyHeader(enum.Enum):
    '''Specifies the type of proxy header to append before sending data to the backend, either NONE or PROXY_V1.

    If not specified, this defaults to NONE.

    :schema: HealthCheckPolicySpecDefaultConfigHttp2HealthCheckProxyHeader
    '''

    NONE = "NONE"
    '''NONE.'''
    PROXY_UNDERSCORE_V1 = "PROXY_UNDERSCORE_V1"
    '''PROXY_V1.'''


@jsii.data_type(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfigHttpHealthCheck",
    jsii_struct_bases=[],
    name_mapping={
        "host": "host",
        "port": "port",
        "port_name": "portName",
        "port_specification": "portSpecification",
        "proxy_header": "proxyHeader",
        "request_path": "requestPath",
        "response": "response",
    },
)
class HealthCheckPolicySpecDefaultConfigHttpHealthCheck:
    def __init__(
        self,
        *,
        host: typing.Optional[builtins.str] = None,
        port: typing.Optional[jsii.Number] = None,
        port_name: typing.Optional[builtins.str] = None,
        port_specification: typing.Optional["HealthCheckPolicySpecDefaultConfigHttpHealthCheckPortSpecification"] = None,
        proxy_header: typing.Optional["HealthCheckPolicySpecDefaultConfigHttpHealthCheckProxyHeader"] = None,
        request_path: typing.Optional[builtins.str] = None,
        response: typing.Optional[builtins.str] = None,
    ) -> None:
        '''HTTP is the health check configuration of type HTTP.

        :param host: Host is the value of the host header in the HTTP health check request. This matches the RFC 1123 definition of a hostname with 1 notable exception that numeric IP addresses are not allowed. If not specified or left empty, the IP on behalf of which this health check is performed will be used.
        :param port: The TCP port number for the health check request. Valid values are 1 through 65535.
        :param port_name: Port name as defined in InstanceGroup#NamedPort#name. If both port and portName are defined, port takes precedence.
        :param port_specification: Specifies how port is selected for health checking, can be one of following values:. USE_FIXED_PORT: The port number in port is used for health checking. USE_NAMED_PORT: The portName is used for health checking. USE_SERVING_PORT: For NetworkEndpointGroup, the port specified for each network endpoint is used for health checking. For other backends, the port or named port specified in the Backend Service is used for health checking. If not specified, Protocol health check follows behavior specified in port and portName fields. If neither Port nor PortName is specified, this defaults to USE_SERVING_PORT.
        :param proxy_header: Specifies the type of proxy header to append before sending data to the backend, either NONE or PROXY_V1. If not specified, this defaults to NONE.
        :param request_path: The request path of the HTTP health check request. If not specified or left empty, a default value of "/" is used.
        :param response: The string to match anywhere in the first 1024 bytes of the response body. If not specified or left empty, the status code determines health. The response data can only be ASCII.

        :schema: HealthCheckPolicySpecDefaultConfigHttpHealthCheck
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__94d6d6fd55c620f6e94b7e8df803bdceff66e8548a5e6683f01b1a7efccf1bf7)
            check_type(argname="argument host", value=host, expected_type=type_hints["host"])
            check_type(argname="argument port", value=port, expected_type=type_hints["port"])
            check_type(argname="argument port_name", value=port_name, expected_type=type_hints["port_name"])
            check_type(argname="argument port_specification", value=port_specification, expected_type=type_hints["port_specification"])
            check_type(argname="argument proxy_header", value=proxy_header, expected_type=type_hints["proxy_header"])
            check_type(argname="argument request_path", value=request_path, expected_type=type_hints["request_path"])
            check_type(argname="argument response", value=response, expected_type=type_hints["response"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if host is not None:
            self._values["host"] = host
        if port is not None:
            self._values["port"] = port
        if port_name is not None:
            self._values["port_name"] = port_name
        if port_specification is not None:
            self._values["port_specification"] = port_specification
        if proxy_header is not None:
            self._values["proxy_header"] = proxy_header
        if request_path is not None:
            self._values["request_path"] = request_path
        if response is not None:
            self._values["response"] = response

    @builtins.property
    def host(self) -> typing.Optional[builtins.str]:
        '''Host is the value of the host header in the HTTP health check request.

        This
        matches the RFC 1123 definition of a hostname with 1 notable exception that
        numeric IP addresses are not allowed.
        If not specified or left empty, the IP on behalf of which this health check is
        performed will be used.

        :schema: HealthCheckPolicySpecDefaultConfigHttpHealthCheck#host
        '''
        result = self._values.get("host")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def port(self) -> typing.Optional[jsii.Number]:
        '''The TCP port number for the health check request.

        Valid values are 1 through 65535.

        :schema: HealthCheckPolicySpecDefaultConfigHttpHealthCheck#port
        '''
        result = self._values.get("port")
        return typing.cast(typing.Optional[jsii.Number], result)

    @builtins.property
    def port_name(self) -> typing.Optional[builtins.str]:
        '''Port name as defined in InstanceGroup#NamedPort#name.

        If both port and portName are defined, port takes precedence.

        :schema: HealthCheckPolicySpecDefaultConfigHttpHealthCheck#portName
        '''
        result = self._values.get("port_name")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def port_specification(
        self,
    ) -> typing.Optional["HealthCheckPolicySpecDefaultConfigHttpHealthCheckPortSpecification"]:
        '''Specifies how port is selected for health checking, can be one of following values:.

        USE_FIXED_PORT: The port number in port is used for health checking.
        USE_NAMED_PORT: The portName is used for health checking.
        USE_SERVING_PORT: For NetworkEndpointGroup, the port specified for each network endpoint
        is used for health checking. For other backends, the port or named port specified in the
        Backend Service is used for health checking.

        If not specified, Protocol health check follows behavior specified in port and portName fields.
        If neither Port nor PortName is specified, this defaults to USE_SERVING_PORT.

        :schema: HealthCheckPolicySpecDefaultConfigHttpHealthCheck#portSpecification
        '''
        result = self._values.get("port_specification")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfigHttpHealthCheckPortSpecification"], result)

    @builtins.property
    def proxy_header(
        self,
    ) -> typing.Optional["HealthCheckPolicySpecDefaultConfigHttpHealthCheckProxyHeader"]:
        '''Specifies the type of proxy header to append before sending data to the backend, either NONE or PROXY_V1.

        If not specified, this defaults to NONE.

        :schema: HealthCheckPolicySpecDefaultConfigHttpHealthCheck#proxyHeader
        '''
        result = self._values.get("proxy_header")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfigHttpHealthCheckProxyHeader"], result)

    @builtins.property
    def request_path(self) -> typing.Optional[builtins.str]:
        '''The request path of the HTTP health check request.

        If not specified or left empty, a default value of "/" is used.

        :schema: HealthCheckPolicySpecDefaultConfigHttpHealthCheck#requestPath
        '''
        result = self._values.get("request_path")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def response(self) -> typing.Optional[builtins.str]:
        '''The string to match anywhere in the first 1024 bytes of the response body.

        If not specified or left empty, the status code determines health.
        The response data can only be ASCII.

        :schema: HealthCheckPolicySpecDefaultConfigHttpHealthCheck#response
        '''
        result = self._values.get("response")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "HealthCheckPolicySpecDefaultConfigHttpHealthCheck(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.enum(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfigHttpHealthCheckPortSpecification"
)
class HealthCheckPolicySpecDefaultConfigHttpHealthCheckPortSpecification(enum.Enum):
    '''Specifies how port is selected for health checking, can be one of following values:.

    USE_FIXED_PORT: The port number in port is used for health checking.
    USE_NAMED_PORT: The portName is used for health checking.
    USE_SERVING_PORT: For NetworkEndpointGroup, the port specified for each network endpoint
    is used for health checking. For other backends, the port or named port specified in the
    Backend Service is used for health checking.

    If not specified, Protocol health check follows behavior specified in port and portName fields.
    If neither Port nor PortName is specified, this defaults to USE_SERVING_PORT.

    :schema: HealthCheckPolicySpecDefaultConfigHttpHealthCheckPortSpecification
    '''

    USE_UNDERSCORE_FIXED_UNDERSCORE_PORT = "USE_UNDERSCORE_FIXED_UNDERSCORE_PORT"
    '''USE_FIXED_PORT.'''
    USE_UNDERSCORE_NAMED_UNDERSCORE_PORT = "USE_UNDERSCORE_NAMED_UNDERSCORE_PORT"
    '''USE_NAMED_PORT.'''
    USE_UNDERSCORE_SERVING_UNDERSCORE_PORT = "USE_UNDERSCORE_SERVING_UNDERSCORE_PORT"
    '''USE_SERVING_PORT.'''


@jsii.enum(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfigHttpHealthCheckProxyHeader"
)
class HealthCheckPolicySpecDefaultConfigHttpHealthCheckProxyHeader(enum.Enum):
    '''Specifies the type of proxy header to append before sending data to the backend, either NONE or PROXY_V1.

    If not specified, this defaults to NONE.

    :schema: HealthCheckPolicySpecDefaultConfigHttpHealthCheckProxyHeader
    '''

    NONE = "NONE"
    '''NONE.'''
    PROXY_UNDERSCORE_V1 = "PROXY_UNDERSCORE_V1"
    '''PROXY_V1.'''


@jsii.data_type(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfigHttpsHealthCheck",
    jsii_struct_bases=[],
    name_mapping={
        "host": "host",
        "port": "port",
        "port_name": "portName",
        "port_specification": "portSpecification",
        "proxy_header": "proxyHeader",
        "request_path": "requestPath",
        "response": "response",
    },
)
class HealthCheckPolicySpecDefaultConfigHttpsHealthCheck:
    def __init__(
        self,
        *,
        host: typing.Optional[builtins.str] = None,
        port: typing.Optional[jsii.Number] = None,
        port_name: typing.Optional[builtins.str] = None,
        port_specification: typing.Optional["HealthCheckPolicySpecDefaultConfigHttpsHealthCheckPortSpecification"] = None,
        proxy_header: typing.Optional["HealthCheckPolicySpecDefaultConfigHttpsHealthCheckProxyHeader"] = None,
        request_path: typing.Optional[builtins.str] = None,
        response: typing.Optional[builtins.str] = None,
    ) -> None:
        '''HTTPS is the health check configuration of type HTTPS.

        :param host: Host is the value of the host header in the HTTP health check request. This matches the RFC 1123 definition of a hostname with 1 notable exception that numeric IP addresses are not allowed. If not specified or left empty, the IP on behalf of which this health check is performed will be used.
        :param port: The TCP port number for the health check request. Valid values are 1 through 65535.
        :param port_name: Port name as defined in InstanceGroup#NamedPort#name. If both port and portName are defined, port takes precedence.
        :param port_specification: Specifies how port is selected for health checking, can be one of following values:. USE_FIXED_PORT: The port number in port is used for health checking. USE_NAMED_PORT: The portName is used for health checking. USE_SERVING_PORT: For NetworkEndpointGroup, the port specified for each network endpoint is used for health checking. For other backends, the port or named port specified in the Backend Service is used for health checking. If not specified, Protocol health check follows behavior specified in port and portName fields. If neither Port nor PortName is specified, this defaults to USE_SERVING_PORT.
        :param proxy_header: Specifies the type of proxy header to append before sending data to the backend, either NONE or PROXY_V1. If not specified, this defaults to NONE.
        :param request_path: The request path of the HTTP health check request. If not specified or left empty, a default value of "/" is used.
        :param response: The string to match anywhere in the first 1024 bytes of the response body. If not specified or left empty, the status code determines health. The response data can only be ASCII.

        :schema: HealthCheckPolicySpecDefaultConfigHttpsHealthCheck
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__c10f4efad4112cc0e72c28bd3f5b0bab5cfbd04902cbab2e41a1966782acba9b)
            check_type(argname="argument host", value=host, expected_type=type_hints["host"])
            check_type(argname="argument port", value=port, expected_type=type_hints["port"])
            check_type(argname="argument port_name", value=port_name, expected_type=type_hints["port_name"])
            check_type(argname="argument port_specification", value=port_specification, expected_type=type_hints["port_specification"])
            check_type(argname="argument proxy_header", value=proxy_header, expected_type=type_hints["proxy_header"])
            check_type(argname="argument request_path", value=request_path, expected_type=type_hints["request_path"])
            check_type(argname="argument response", value=response, expected_type=type_hints["response"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if host is not None:
            self._values["host"] = host
        if port is not None:
            self._values["port"] = port
        if port_name is not None:
            self._values["port_name"] = port_name
        if port_specification is not None:
            self._values["port_specification"] = port_specification
        if proxy_header is not None:
            self._values["proxy_header"] = proxy_header
        if request_path is not None:
            self._values["request_path"] = request_path
        if response is not None:
            self._values["response"] = response

    @builtins.property
    def host(self) -> typing.Optional[builtins.str]:
        '''Host is the value of the host header in the HTTP health check request.

        This
        matches the RFC 1123 definition of a hostname with 1 notable exception that
        numeric IP addresses are not allowed.
        If not specified or left empty, the IP on behalf of which this health check is
        performed will be used.

        :schema: HealthCheckPolicySpecDefaultConfigHttpsHealthCheck#host
        '''
        result = self._values.get("host")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def port(self) -> typing.Optional[jsii.Number]:
        '''The TCP port number for the health check request.

        Valid values are 1 through 65535.

        :schema: HealthCheckPolicySpecDefaultConfigHttpsHealthCheck#port
        '''
        result = self._values.get("port")
        return typing.cast(typing.Optional[jsii.Number], result)

    @builtins.property
    def port_name(self) -> typing.Optional[builtins.str]:
        '''Port name as defined in InstanceGroup#NamedPort#name.

        If both port and portName are defined, port takes precedence.

        :schema: HealthCheckPolicySpecDefaultConfigHttpsHealthCheck#portName
        '''
        result = self._values.get("port_name")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def port_specification(
        self,
    ) -> typing.Optional["HealthCheckPolicySpecDefaultConfigHttpsHealthCheckPortSpecification"]:
        '''Specifies how port is selected for health checking, can be one of following values:.

        USE_FIXED_PORT: The port number in port is used for health checking.
        USE_NAMED_PORT: The portName is used for health checking.
        USE_SERVING_PORT: For NetworkEndpointGroup, the port specified for each network endpoint
        is used for health checking. For other backends, the port or named port specified in the
        Backend Service is used for health checking.

        If not specified, Protocol health check follows behavior specified in port and portName fields.
        If neither Port nor PortName is specified, this defaults to USE_SERVING_PORT.

        :schema: HealthCheckPolicySpecDefaultConfigHttpsHealthCheck#portSpecification
        '''
        result = self._values.get("port_specification")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfigHttpsHealthCheckPortSpecification"], result)

    @builtins.property
    def proxy_header(
        self,
    ) -> typing.Optional["HealthCheckPolicySpecDefaultConfigHttpsHealthCheckProxyHeader"]:
        '''Specifies the type of proxy header to append before sending data to the backend, either NONE or PROXY_V1.

        If not specified, this defaults to NONE.

        :schema: HealthCheckPolicySpecDefaultConfigHttpsHealthCheck#proxyHeader
        '''
        result = self._values.get("proxy_header")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfigHttpsHealthCheckProxyHeader"], result)

    @builtins.property
    def request_path(self) -> typing.Optional[builtins.str]:
        '''The request path of the HTTP health check request.

        If not specified or left empty, a default value of "/" is used.

        :schema: HealthCheckPolicySpecDefaultConfigHttpsHealthCheck#requestPath
        '''
        result = self._values.get("request_path")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def response(self) -> typing.Optional[builtins.str]:
        '''The string to match anywhere in the first 1024 bytes of the response body.

        If not specified or left empty, the status code determines health.
        The response data can only be ASCII.

        :schema: HealthCheckPolicySpecDefaultConfigHttpsHealthCheck#response
        '''
        result = self._values.get("response")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "HealthCheckPolicySpecDefaultConfigHttpsHealthCheck(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.enum(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfigHttpsHealthCheckPortSpecification"
)
class HealthCheckPolicySpecDefaultConfigHttpsHealthCheckPortSpecification(enum.Enum):
    '''Specifies how port is selected for health checking, can be one of following values:.

    USE_FIXED_PORT: The port number in port is used for health checking.
    USE_NAMED_PORT: The portName is used for health checking.
    USE_SERVING_PORT: For NetworkEndpointGroup, the port specified for each network endpoint
    is used for health checking. For other backends, the port or named port specified in the
    Backend Service is used for health checking.

    If not specified, Protocol health check follows behavior specified in port and portName fields.
    If neither Port nor PortName is specified, this defaults to USE_SERVING_PORT.

    :schema: HealthCheckPolicySpecDefaultConfigHttpsHealthCheckPortSpecification
    '''

    USE_UNDERSCORE_FIXED_UNDERSCORE_PORT = "USE_UNDERSCORE_FIXED_UNDERSCORE_PORT"
    '''USE_FIXED_PORT.'''
    USE_UNDERSCORE_NAMED_UNDERSCORE_PORT = "USE_UNDERSCORE_NAMED_UNDERSCORE_PORT"
    '''USE_NAMED_PORT.'''
    USE_UNDERSCORE_SERVING_UNDERSCORE_PORT = "USE_UNDERSCORE_SERVING_UNDERSCORE_PORT"
    '''USE_SERVING_PORT.'''


@jsii.enum(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfigHttpsHealthCheckProxyHeader"
)
class HealthCheckPolicySpecDefaultConfigHttpsHealthCheckProxyHeader(enum.Enum):
    '''Specifies the type of proxy header to append before sending data to the backend, either NONE or PROXY_V1.

    If not specified, this defaults to NONE.

    :schema: HealthCheckPolicySpecDefaultConfigHttpsHealthCheckProxyHeader
    '''

    NONE = "NONE"
    '''NONE.'''
    PROXY_UNDERSCORE_V1 = "PROXY_UNDERSCORE_V1"
    '''PROXY_V1.'''


@jsii.data_type(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfigTcpHealthCheck",
    jsii_struct_bases=[],
    name_mapping={
        "port": "port",
        "port_name": "portName",
        "port_specification": "portSpecification",
        "proxy_header": "proxyHeader",
        "request": "request",
        "response": "response",
    },
)
class HealthCheckPolicySpecDefaultConfigTcpHealthCheck:
    def __init__(
        self,
        *,
        port: typing.Optional[jsii.Number] = None,
        port_name: typing.Optional[builtins.str] = None,
        port_specification: typing.Optional["HealthCheckPolicySpecDefaultConfigTcpHealthCheckPortSpecification"] = None,
        proxy_header: typing.Optional["HealthCheckPolicySpecDefaultConfigTcpHealthCheckProxyHeader"] = None,
        request: typing.Optional[builtins.str] = None,
        response: typing.Optional[builtins.str] = None,
    ) -> None:
        '''TCP is the health check configuration of type TCP.

        :param port: The TCP port number for the health check request. Valid values are 1 through 65535.
        :param port_name: Port name as defined in InstanceGroup#NamedPort#name. If both port and portName are defined, port takes precedence.
        :param port_specification: Specifies how port is selected for health checking, can be one of following values:. USE_FIXED_PORT: The port number in port is used for health checking. USE_NAMED_PORT: The portName is used for health checking. USE_SERVING_PORT: For NetworkEndpointGroup, the port specified for each network endpoint is used for health checking. For other backends, the port or named port specified in the Backend Service is used for health checking. If not specified, Protocol health check follows behavior specified in port and portName fields. If neither Port nor PortName is specified, this defaults to USE_SERVING_PORT.
        :param proxy_header: Specifies the type of proxy header to append before sending data to the backend, either NONE or PROXY_V1. If not specified, this defaults to NONE.
        :param request: The application data to send once the TCP connection has been established. If not specified, this defaults to empty. If both request and response are empty, the connection establishment alone will indicate health. The request data can only be ASCII.
        :param response: The bytes to match against the beginning of the response data. If not specified or left empty, any response will indicate health. The response data can only be ASCII.

        :schema: HealthCheckPolicySpecDefaultConfigTcpHealthCheck
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__8ad3d1582a8180d62b73933741a58286fd5488bc7345b1434d34cbdab21c5c76)
            check_type(argname="argument port", value=port, expected_type=type_hints["port"])
            check_type(argname="argument port_name", value=port_name, expected_type=type_hints["port_name"])
            check_type(argname="argument port_specification", value=port_specification, expected_type=type_hints["port_specification"])
            check_type(argname="argument proxy_header", value=proxy_header, expected_type=type_hints["proxy_header"])
            check_type(argname="argument request", value=request, expected_type=type_hints["request"])
            check_type(argname="argument response", value=response, expected_type=type_hints["response"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if port is not None:
            self._values["port"] = port
        if port_name is not None:
            self._values["port_name"] = port_name
        if port_specification is not None:
            self._values["port_specification"] = port_specification
        if proxy_header is not None:
            self._values["proxy_header"] = proxy_header
        if request is not None:
            self._values["request"] = request
        if response is not None:
            self._values["response"] = response

    @builtins.property
    def port(self) -> typing.Optional[jsii.Number]:
        '''The TCP port number for the health check request.

        Valid values are 1 through 65535.

        :schema: HealthCheckPolicySpecDefaultConfigTcpHealthCheck#port
        '''
        result = self._values.get("port")
        return typing.cast(typing.Optional[jsii.Number], result)

    @builtins.property
    def port_name(self) -> typing.Optional[builtins.str]:
        '''Port name as defined in InstanceGroup#NamedPort#name.

        If both port and portName are defined, port takes precedence.

        :schema: HealthCheckPolicySpecDefaultConfigTcpHealthCheck#portName
        '''
        result = self._values.get("port_name")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def port_specification(
        self,
    ) -> typing.Optional["HealthCheckPolicySpecDefaultConfigTcpHealthCheckPortSpecification"]:
        '''Specifies how port is selected for health checking, can be one of following values:.

        USE_FIXED_PORT: The port number in port is used for health checking.
        USE_NAMED_PORT: The portName is used for health checking.
        USE_SERVING_PORT: For NetworkEndpointGroup, the port specified for each network endpoint
        is used for health checking. For other backends, the port or named port specified in the
        Backend Service is used for health checking.

        If not specified, Protocol health check follows behavior specified in port and portName fields.
        If neither Port nor PortName is specified, this defaults to USE_SERVING_PORT.

        :schema: HealthCheckPolicySpecDefaultConfigTcpHealthCheck#portSpecification
        '''
        result = self._values.get("port_specification")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfigTcpHealthCheckPortSpecification"], result)

    @builtins.property
    def proxy_header(
        self,
    ) -> typing.Optional["HealthCheckPolicySpecDefaultConfigTcpHealthCheckProxyHeader"]:
        '''Specifies the type of proxy header to append before sending data to the backend, either NONE or PROXY_V1.

        If not specified, this defaults to NONE.

        :schema: HealthCheckPolicySpecDefaultConfigTcpHealthCheck#proxyHeader
        '''
        result = self._values.get("proxy_header")
        return typing.cast(typing.Optional["HealthCheckPolicySpecDefaultConfigTcpHealthCheckProxyHeader"], result)

    @builtins.property
    def request(self) -> typing.Optional[builtins.str]:
        '''The application data to send once the TCP connection has been established.

        If not specified,
        this defaults to empty. If both request and response are empty, the connection establishment
        alone will indicate health. The request data can only be ASCII.

        :schema: HealthCheckPolicySpecDefaultConfigTcpHealthCheck#request
        '''
        result = self._values.get("request")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def response(self) -> typing.Optional[builtins.str]:
        '''The bytes to match against the beginning of the response data.

        If not specified or left empty, any response will indicate health.
        The response data can only be ASCII.

        :schema: HealthCheckPolicySpecDefaultConfigTcpHealthCheck#response
        '''
        result = self._values.get("response")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "HealthCheckPolicySpecDefaultConfigTcpHealthCheck(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.enum(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfigTcpHealthCheckPortSpecification"
)
class HealthCheckPolicySpecDefaultConfigTcpHealthCheckPortSpecification(enum.Enum):
    '''Specifies how port is selected for health checking, can be one of following values:.

    USE_FIXED_PORT: The port number in port is used for health checking.
    USE_NAMED_PORT: The portName is used for health checking.
    USE_SERVING_PORT: For NetworkEndpointGroup, the port specified for each network endpoint
    is used for health checking. For other backends, the port or named port specified in the
    Backend Service is used for health checking.

    If not specified, Protocol health check follows behavior specified in port and portName fields.
    If neither Port nor PortName is specified, this defaults to USE_SERVING_PORT.

    :schema: HealthCheckPolicySpecDefaultConfigTcpHealthCheckPortSpecification
    '''

    USE_UNDERSCORE_FIXED_UNDERSCORE_PORT = "USE_UNDERSCORE_FIXED_UNDERSCORE_PORT"
    '''USE_FIXED_PORT.'''
    USE_UNDERSCORE_NAMED_UNDERSCORE_PORT = "USE_UNDERSCORE_NAMED_UNDERSCORE_PORT"
    '''USE_NAMED_PORT.'''
    USE_UNDERSCORE_SERVING_UNDERSCORE_PORT = "USE_UNDERSCORE_SERVING_UNDERSCORE_PORT"
    '''USE_SERVING_PORT.'''


@jsii.enum(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfigTcpHealthCheckProxyHeader"
)
class HealthCheckPolicySpecDefaultConfigTcpHealthCheckProxyHeader(enum.Enum):
    '''Specifies the type of proxy header to append before sending data to the backend, either NONE or PROXY_V1.

    If not specified, this defaults to NONE.

    :schema: HealthCheckPolicySpecDefaultConfigTcpHealthCheckProxyHeader
    '''

    NONE = "NONE"
    '''NONE.'''
    PROXY_UNDERSCORE_V1 = "PROXY_UNDERSCORE_V1"
    '''PROXY_V1.'''


@jsii.enum(jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultConfigType")
class HealthCheckPolicySpecDefaultConfigType(enum.Enum):
    '''Specifies the type of the healthCheck, either TCP, HTTP, HTTPS, HTTP2 or GRPC.

    Exactly one of the protocol-specific health check field must be specified,
    which must match type field.

    :schema: HealthCheckPolicySpecDefaultConfigType
    '''

    TCP = "TCP"
    '''TCP.'''
    HTTP = "HTTP"
    '''HTTP.'''
    HTTPS = "HTTPS"
    '''HTTPS.'''
    HTTP2 = "HTTP2"
    '''HTTP2.'''
    GRPC = "GRPC"
    '''GRPC.'''


@jsii.data_type(
    jsii_type="iogkenetworking.HealthCheckPolicySpecDefaultLogConfig",
    jsii_struct_bases=[],
    name_mapping={"enabled": "enabled"},
)
class HealthCheckPolicySpecDefaultLogConfig:
    def __init__(self, *, enabled: typing.Optional[builtins.bool] = None) -> None:
        '''LogConfig configures logging on this health check.

        :param enabled: Enabled indicates whether or not to export health check logs. If not specified, this defaults to false, which means health check logging will be disabled.

        :schema: HealthCheckPolicySpecDefaultLogConfig
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__7ca9c2888afcca5f68207ea9e1d5ba6f89f651d513a431e330b04ad1948cc711)
            check_type(argname="argument enabled", value=enabled, expected_type=type_hints["enabled"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if enabled is not None:
            self._values["enabled"] = enabled

    @builtins.property
    def enabled(self) -> typing.Optional[builtins.bool]:
        '''Enabled indicates whether or not to export health check logs.

        If not
        specified, this defaults to false, which means health check logging will be
        disabled.

        :schema: HealthCheckPolicySpecDefaultLogConfig#enabled
        '''
        result = self._values.get("enabled")
        return typing.cast(typing.Optional[builtins.bool], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "HealthCheckPolicySpecDefaultLogConfig(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.HealthCheckPolicySpecTargetRef",
    jsii_struct_bases=[],
    name_mapping={
        "group": "group",
        "kind": "kind",
        "name": "name",
        "namespace": "namespace",
    },
)
class HealthCheckPolicySpecTargetRef:
    def __init__(
        self,
        *,
        group: builtins.str,
        kind: builtins.str,
        name: builtins.str,
        namespace: typing.Optional[builtins.str] = None,
    ) -> None:
        '''TargetRef identifies an API object to apply policy to.

        :param group: Group is the group of the target resource.
        :param kind: Kind is kind of the target resource.
        :param name: Name is the name of the target resource.
        :param namespace: Namespace is the namespace of the referent. When unspecified, the local namespace is inferred. Even when policy targets a resource in a different namespace, it MUST only apply to traffic originating from the same namespace as the policy.

        :schema: HealthCheckPolicySpecTargetRef
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__62b867276828db286ebccb53cdc47169052e2b9b308e28d279f088c6f9459fe9)
            check_type(argname="argument group", value=group, expected_type=type_hints["group"])
            check_type(argname="argument kind", value=kind, expected_type=type_hints["kind"])
            check_type(argname="argument name", value=name, expected_type=type_hints["name"])
            check_type(argname="argument namespace", value=namespace, expected_type=type_hints["namespace"])
        self._values: typing.Dict[builtins.str, typing.Any] = {
            "group": group,
            "kind": kind,
            "name": name,
        }
        if namespace is not None:
            self._values["namespace"] = namespace

    @builtins.property
    def group(self) -> builtins.str:
        '''Group is the group of the target resource.

        :schema: HealthCheckPolicySpecTargetRef#group
        '''
        result = self._values.get("group")
        assert result is not None, "Required property 'group' is missing"
        return typing.cast(builtins.str, result)

    @builtins.property
    def kind(self) -> builtins.str:
        '''Kind is kind of the target resource.

        :schema: HealthCheckPolicySpecTargetRef#kind
        '''
        result = self._values.get("kind")
        assert result is not None, "Required property 'kind' is missing"
        return typing.cast(builtins.str, result)

    @builtins.property
    def name(self) -> builtins.str:
        '''Name is the name of the target resource.

        :schema: HealthCheckPolicySpecTargetRef#name
        '''
        result = self._values.get("name")
        assert result is not None, "Required property 'name' is missing"
        return typing.cast(builtins.str, result)

    @builtins.property
    def namespace(self) -> typing.Optional[builtins.str]:
        '''Namespace is the namespace of the referent.

        When unspecified, the local
        namespace is inferred. Even when policy targets a resource in a different
        namespace, it MUST only apply to traffic originating from the same
        namespace as the policy.

        :schema: HealthCheckPolicySpecTargetRef#namespace
        '''
        result = self._values.get("namespace")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "HealthCheckPolicySpecTargetRef(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


class ManagedCertificate(
    _cdk8s_d3d9af27.ApiObject,
    metaclass=jsii.JSIIMeta,
    jsii_type="iogkenetworking.ManagedCertificate",
):
    '''
    :schema: ManagedCertificate
    '''

    def __init__(
        self,
        scope: "_constructs_77d1e7e8.Construct",
        id: builtins.str,
        *,
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
        spec: typing.Optional[typing.Union["ManagedCertificateSpec", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''Defines a "ManagedCertificate" API object.

        :param scope: the scope in which to define this object.
        :param id: a scope-local name for the object.
        :param metadata: 
        :param spec: 
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__c865bb08fc2818a28efecc67ffe36742fa2bf1a235f5025dd0391c5e49ce9c06)
            check_type(argname="argument scope", value=scope, expected_type=type_hints["scope"])
            check_type(argname="argument id", value=id, expected_type=type_hints["id"])
        props = ManagedCertificateProps(metadata=metadata, spec=spec)

        jsii.create(self.__class__, self, [scope, id, props])

    @jsii.member(jsii_name="manifest")
    @builtins.classmethod
    def manifest(
        cls,
        *,
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
        spec: typing.Optional[typing.Union["ManagedCertificateSpec", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> typing.Any:
        '''Renders a Kubernetes manifest for "ManagedCertificate".

        This can be used to inline resource manifests inside other objects (e.g. as templates).

        :param metadata: 
        :param spec: 
        '''
        props = ManagedCertificateProps(metadata=metadata, spec=spec)

        return typing.cast(typing.Any, jsii.sinvoke(cls, "manifest", [props]))

    @jsii.member(jsii_name="toJson")
    def to_json(self) -> typing.Any:
        '''Renders the object to Kubernetes JSON.'''
        return typing.cast(typing.Any, jsii.invoke(self, "toJson", []))

    @jsii.python.classproperty
    @jsii.member(jsii_name="GVK")
    def GVK(cls) -> "_cdk8s_d3d9af27.GroupVersionKind":
        '''Returns the apiVersion and kind for "ManagedCertificate".'''
        return typing.cast("_cdk8s_d3d9af27.GroupVersionKind", jsii.sget(cls, "GVK"))


@jsii.data_type(
    jsii_type="iogkenetworking.ManagedCertificateProps",
    jsii_struct_bases=[],
    name_mapping={"metadata": "metadata", "spec": "spec"},
)
class ManagedCertificateProps:
    def __init__(
        self,
        *,
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
        spec: typing.Optional[typing.Union["ManagedCertificateSpec", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''
        :param metadata: 
        :param spec: 

        :schema: ManagedCertificate
        '''
        if isinstance(metadata, dict):
            metadata = _cdk8s_d3d9af27.ApiObjectMetadata(**metadata)
        if isinstance(spec, dict):
            spec = ManagedCertificateSpec(**spec)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__381dd03e476a1852d56cd29d61fd3483c04d193b28ec381233987b53e14ba0aa)
            check_type(argname="argument metadata", value=metadata, expected_type=type_hints["metadata"])
            check_type(argname="argument spec", value=spec, expected_type=type_hints["spec"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if metadata is not None:
            self._values["metadata"] = metadata
        if spec is not None:
            self._values["spec"] = spec

    @builtins.property
    def metadata(self) -> typing.Optional["_cdk8s_d3d9af27.ApiObjectMetadata"]:
        '''
        :schema: ManagedCertificate#metadata
        '''
        result = self._values.get("metadata")
        return typing.cast(typing.Optional["_cdk8s_d3d9af27.ApiObjectMetadata"], result)

    @builtins.property
    def spec(self) -> typing.Optional["ManagedCertificateSpec"]:
        '''
        :schema: ManagedCertificate#spec
        '''
        result = self._values.get("spec")
        return typing.cast(typing.Optional["ManagedCertificateSpec"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "ManagedCertificateProps(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="iogkenetworking.ManagedCertificateSpec",
    jsii_struct_bases=[],
    name_mapping={"domains": "domains"},
)
class ManagedCertificateSpec:
    def __init__(
        self,
        *,
        domains: typing.Optional[typing.Sequence[builtins.str]] = None,
    ) -> None:
        '''
        :param domains: 

        :schema: ManagedCertificateSpec
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__e4de1cee7b008efbeafd950e941a508c1416f153096154d3cd0abcceda803191)
            check_type(argname="argument domains", value=domains, expected_type=type_hints["domains"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if domains is not None:
            self._values["domains"] = domains

    @builtins.property
    def domains(self) -> typing.Optional[typing.List[builtins.str]]:
        '''
        :schema: ManagedCertificateSpec#domains
        '''
        result = self._values.get("domains")
        return typing.cast(typing.Optional[typing.List[builtins.str]], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "ManagedCertificateSpec(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


__all__ = [
    "FrontendConfig",
    "FrontendConfigProps",
    "FrontendConfigSpec",
    "FrontendConfigSpecRedirectToHttps",
    "GcpBackendPolicy",
    "GcpBackendPolicyProps",
    "GcpBackendPolicySpec",
    "GcpBackendPolicySpecDefault",
    "GcpBackendPolicySpecDefaultBackendPreference",
    "GcpBackendPolicySpecDefaultConnectionDraining",
    "GcpBackendPolicySpecDefaultIap",
    "GcpBackendPolicySpecDefaultIapOauth2ClientSecret",
    "GcpBackendPolicySpecDefaultLogging",
    "GcpBackendPolicySpecDefaultSessionAffinity",
    "GcpBackendPolicySpecDefaultSessionAffinityType",
    "GcpBackendPolicySpecTargetRef",
    "GcpGatewayPolicy",
    "GcpGatewayPolicyProps",
    "GcpGatewayPolicySpec",
    "GcpGatewayPolicySpecDefault",
    "GcpGatewayPolicySpecTargetRef",
    "HealthCheckPolicy",
    "HealthCheckPolicyProps",
    "HealthCheckPolicySpec",
    "HealthCheckPolicySpecDefault",
    "HealthCheckPolicySpecDefaultConfig",
    "HealthCheckPolicySpecDefaultConfigGrpcHealthCheck",
    "HealthCheckPolicySpecDefaultConfigGrpcHealthCheckPortSpecification",
    "HealthCheckPolicySpecDefaultConfigHttp2HealthCheck",
    "HealthCheckPolicySpecDefaultConfigHttp2HealthCheckPortSpecification",
    "HealthCheckPolicySpecDefaultConfigHttp2HealthCheckProxyHeader",
    "HealthCheckPolicySpecDefaultConfigHttpHealthCheck",
    "HealthCheckPolicySpecDefaultConfigHttpHealthCheckPortSpecification",
    "HealthCheckPolicySpecDefaultConfigHttpHealthCheckProxyHeader",
    "HealthCheckPolicySpecDefaultConfigHttpsHealthCheck",
    "HealthCheckPolicySpecDefaultConfigHttpsHealthCheckPortSpecification",
    "HealthCheckPolicySpecDefaultConfigHttpsHealthCheckProxyHeader",
    "HealthCheckPolicySpecDefaultConfigTcpHealthCheck",
    "HealthCheckPolicySpecDefaultConfigTcpHealthCheckPortSpecification",
    "HealthCheckPolicySpecDefaultConfigTcpHealthCheckProxyHeader",
    "HealthCheckPolicySpecDefaultConfigType",
    "HealthCheckPolicySpecDefaultLogConfig",
    "HealthCheckPolicySpecTargetRef",
    "ManagedCertificate",
    "ManagedCertificateProps",
    "ManagedCertificateSpec",
]

publication.publish()

def _typecheckingstub__9f56d3f94f2f0a1dcdfea8df13e48ab1fb08c66b4d8b020fbad0dce53c36cab9(
    scope: _constructs_77d1e7e8.Construct,
    id: builtins.str,
    *,
    metadata: typing.Optional[typing.Union[_cdk8s_d3d9af27.ApiObjectMetadata, typing.Dict[builtins.str, typing.Any]]] = None,
    spec: typing.Optional[typing.Union[FrontendConfigSpec, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__b129327a2c427a11d4d14a1cbeb2f37c52107a349b3a48aca0e7e5c203d6579a(
    *,
    metadata: typing.Optional[typing.Union[_cdk8s_d3d9af27.ApiObjectMetadata, typing.Dict[builtins.str, typing.Any]]] = None,
    spec: typing.Optional[typing.Union[FrontendConfigSpec, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__16cfd588831b0fc8ee7abc91e551c037539c91e6cfb27010e9cba79598a65d99(
    *,
    redirect_to_https: typing.Optional[typing.Union[FrontendConfigSpecRedirectToHttps, typing.Dict[builtins.str, typing.Any]]] = None,
    ssl_policy: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__2ec24208e8c25e03955f91ea5478ddfb449c48aeb1481c70fcf75b466c382b5b(
    *,
    enabled: builtins.bool,
    response_code_name: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__99ac8729c13d3a03332e61c84107263ffeba1f68c93ad16a53688eadf055ebf6(
    scope: _constructs_77d1e7e8.Construct,
    id: builtins.str,
    *,
    spec: typing.Union[GcpBackendPolicySpec, typing.Dict[builtins.str, typing.Any]],
    metadata: typing.Optional[typing.Union[_cdk8s_d3d9af27.ApiObjectMetadata, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__fdc84853c89035300040d08dd0b3fb71b25bf32cc5833406c490c50eec3e7a39(
    *,
    spec: typing.Union[GcpBackendPolicySpec, typing.Dict[builtins.str, typing.Any]],
    metadata: typing.Optional[typing.Union[_cdk8s_d3d9af27.ApiObjectMetadata, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__d20c67a7d33f15030370d4b260a37c6917ca8309c4e1acc16a44ff5b31b86037(
    *,
    target_ref: typing.Union[GcpBackendPolicySpecTargetRef, typing.Dict[builtins.str, typing.Any]],
    default: typing.Optional[typing.Union[GcpBackendPolicySpecDefault, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__36423da594828cd8f34f6ec58ad1f3eda9968d26b56aa556b4c764af3bdd15f4(
    *,
    backend_preference: typing.Optional[GcpBackendPolicySpecDefaultBackendPreference] = None,
    connection_draining: typing.Optional[typing.Union[GcpBackendPolicySpecDefaultConnectionDraining, typing.Dict[builtins.str, typing.Any]]] = None,
    iap: typing.Optional[typing.Union[GcpBackendPolicySpecDefaultIap, typing.Dict[builtins.str, typing.Any]]] = None,
    logging: typing.Optional[typing.Union[GcpBackendPolicySpecDefaultLogging, typing.Dict[builtins.str, typing.Any]]] = None,
    max_rate_per_endpoint: typing.Optional[jsii.Number] = None,
    security_policy: typing.Optional[builtins.str] = None,
    session_affinity: typing.Optional[typing.Union[GcpBackendPolicySpecDefaultSessionAffinity, typing.Dict[builtins.str, typing.Any]]] = None,
    timeout_sec: typing.Optional[jsii.Number] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__a644933f17d50828dac546675ae4c4bf8fb14930266a16218bcb2309fed01da7(
    *,
    draining_timeout_sec: typing.Optional[jsii.Number] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__572a2290d864eeb18957154542d9a703855498a827d5400103deec323dfafc3d(
    *,
    client_id: typing.Optional[builtins.str] = None,
    enabled: typing.Optional[builtins.bool] = None,
    oauth2_client_secret: typing.Optional[typing.Union[GcpBackendPolicySpecDefaultIapOauth2ClientSecret, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__d6a62dc3f5a6002991d3118fd3c8271ddc4ebbb720cea2771344caf494a33c52(
    *,
    name: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__5ed9f653fb689307749187fd1d10a13226658c8e29718913b07c5c679f52856d(
    *,
    enabled: typing.Optional[builtins.bool] = None,
    sample_rate: typing.Optional[jsii.Number] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__54ba62666bb7b1e125af5e57155f82fe3c6380492e4439c289a3a3850bc37fec(
    *,
    cookie_ttl_sec: typing.Optional[jsii.Number] = None,
    type: typing.Optional[GcpBackendPolicySpecDefaultSessionAffinityType] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__d0d5cf1ac80e71045846f3377ab1d06a3b794252317bc1d9bda3269302be910d(
    *,
    group: builtins.str,
    kind: builtins.str,
    name: builtins.str,
    namespace: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__711d60f9b15f5f4b302f5870beb9f7739ce0f65ce73809b84da7d270364ead82(
    scope: _constructs_77d1e7e8.Construct,
    id: builtins.str,
    *,
    spec: typing.Union[GcpGatewayPolicySpec, typing.Dict[builtins.str, typing.Any]],
    metadata: typing.Optional[typing.Union[_cdk8s_d3d9af27.ApiObjectMetadata, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__cc03cebc1392a75f94e07b5383f446c18923de13e3410e4763877f3d79020aa0(
    *,
    spec: typing.Union[GcpGatewayPolicySpec, typing.Dict[builtins.str, typing.Any]],
    metadata: typing.Optional[typing.Union[_cdk8s_d3d9af27.ApiObjectMetadata, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__b0fc98853aadca60ae16dce22d882be3d68e1453e5033027cadfd36f68c8631a(
    *,
    target_ref: typing.Union[GcpGatewayPolicySpecTargetRef, typing.Dict[builtins.str, typing.Any]],
    default: typing.Optional[typing.Union[GcpGatewayPolicySpecDefault, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__bb5b688aca38846695c5b82d10ed7728dedce19803e7640693846e644352577b(
    *,
    allow_global_access: typing.Optional[builtins.bool] = None,
    region: typing.Optional[builtins.str] = None,
    ssl_policy: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__7509d56250c3c226b5b78ac0747c1d6c88be24598fe1c030635d67381322d4ea(
    *,
    group: builtins.str,
    kind: builtins.str,
    name: builtins.str,
    namespace: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__d59753f6d17ea6280032b59d0c4b673368ea2c171bd0b6b65c9161d6c373beb3(
    scope: _constructs_77d1e7e8.Construct,
    id: builtins.str,
    *,
    spec: typing.Union[HealthCheckPolicySpec, typing.Dict[builtins.str, typing.Any]],
    metadata: typing.Optional[typing.Union[_cdk8s_d3d9af27.ApiObjectMetadata, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__11e5e1dc7401c0ed4044f56e0afe509731c8ee8697c4875caf85ebc90fdb93be(
    *,
    spec: typing.Union[HealthCheckPolicySpec, typing.Dict[builtins.str, typing.Any]],
    metadata: typing.Optional[typing.Union[_cdk8s_d3d9af27.ApiObjectMetadata, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__af1c564682b61338a8aec56cb29f86579a146697d36426189765182f631a8db8(
    *,
    target_ref: typing.Union[HealthCheckPolicySpecTargetRef, typing.Dict[builtins.str, typing.Any]],
    default: typing.Optional[typing.Union[HealthCheckPolicySpecDefault, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__a91fbe96393d62a7b6a8136272c20be181ff8440d753d22a9d9d32d84fef3418(
    *,
    check_interval_sec: typing.Optional[jsii.Number] = None,
    config: typing.Optional[typing.Union[HealthCheckPolicySpecDefaultConfig, typing.Dict[builtins.str, typing.Any]]] = None,
    healthy_threshold: typing.Optional[jsii.Number] = None,
    log_config: typing.Optional[typing.Union[HealthCheckPolicySpecDefaultLogConfig, typing.Dict[builtins.str, typing.Any]]] = None,
    timeout_sec: typing.Optional[jsii.Number] = None,
    unhealthy_threshold: typing.Optional[jsii.Number] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__37c9573520d8a57a4c971960a91c11564a9df1aacc79d344f025859bd4f97870(
    *,
    grpc_health_check: typing.Optional[typing.Union[HealthCheckPolicySpecDefaultConfigGrpcHealthCheck, typing.Dict[builtins.str, typing.Any]]] = None,
    http2_health_check: typing.Optional[typing.Union[HealthCheckPolicySpecDefaultConfigHttp2HealthCheck, typing.Dict[builtins.str, typing.Any]]] = None,
    http_health_check: typing.Optional[typing.Union[HealthCheckPolicySpecDefaultConfigHttpHealthCheck, typing.Dict[builtins.str, typing.Any]]] = None,
    https_health_check: typing.Optional[typing.Union[HealthCheckPolicySpecDefaultConfigHttpsHealthCheck, typing.Dict[builtins.str, typing.Any]]] = None,
    tcp_health_check: typing.Optional[typing.Union[HealthCheckPolicySpecDefaultConfigTcpHealthCheck, typing.Dict[builtins.str, typing.Any]]] = None,
    type: typing.Optional[HealthCheckPolicySpecDefaultConfigType] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__dacd0fd5a93708c81771067eac0d288f987d6dfdd0ec1e10cf394296b179eda2(
    *,
    grpc_service_name: typing.Optional[builtins.str] = None,
    port: typing.Optional[jsii.Number] = None,
    port_name: typing.Optional[builtins.str] = None,
    port_specification: typing.Optional[HealthCheckPolicySpecDefaultConfigGrpcHealthCheckPortSpecification] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__be4f28e68cc92d71cc44e73898a2f3ca3a0dff6a0697d25ab3288fd4203e595e(
    *,
    host: typing.Optional[builtins.str] = None,
    port: typing.Optional[jsii.Number] = None,
    port_name: typing.Optional[builtins.str] = None,
    port_specification: typing.Optional[HealthCheckPolicySpecDefaultConfigHttp2HealthCheckPortSpecification] = None,
    proxy_header: typing.Optional[HealthCheckPolicySpecDefaultConfigHttp2HealthCheckProxyHeader] = None,
    request_path: typing.Optional[builtins.str] = None,
    response: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__94d6d6fd55c620f6e94b7e8df803bdceff66e8548a5e6683f01b1a7efccf1bf7(
    *,
    host: typing.Optional[builtins.str] = None,
    port: typing.Optional[jsii.Number] = None,
    port_name: typing.Optional[builtins.str] = None,
    port_specification: typing.Optional[HealthCheckPolicySpecDefaultConfigHttpHealthCheckPortSpecification] = None,
    proxy_header: typing.Optional[HealthCheckPolicySpecDefaultConfigHttpHealthCheckProxyHeader] = None,
    request_path: typing.Optional[builtins.str] = None,
    response: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__c10f4efad4112cc0e72c28bd3f5b0bab5cfbd04902cbab2e41a1966782acba9b(
    *,
    host: typing.Optional[builtins.str] = None,
    port: typing.Optional[jsii.Number] = None,
    port_name: typing.Optional[builtins.str] = None,
    port_specification: typing.Optional[HealthCheckPolicySpecDefaultConfigHttpsHealthCheckPortSpecification] = None,
    proxy_header: typing.Optional[HealthCheckPolicySpecDefaultConfigHttpsHealthCheckProxyHeader] = None,
    request_path: typing.Optional[builtins.str] = None,
    response: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__8ad3d1582a8180d62b73933741a58286fd5488bc7345b1434d34cbdab21c5c76(
    *,
    port: typing.Optional[jsii.Number] = None,
    port_name: typing.Optional[builtins.str] = None,
    port_specification: typing.Optional[HealthCheckPolicySpecDefaultConfigTcpHealthCheckPortSpecification] = None,
    proxy_header: typing.Optional[HealthCheckPolicySpecDefaultConfigTcpHealthCheckProxyHeader] = None,
    request: typing.Optional[builtins.str] = None,
    response: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__7ca9c2888afcca5f68207ea9e1d5ba6f89f651d513a431e330b04ad1948cc711(
    *,
    enabled: typing.Optional[builtins.bool] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__62b867276828db286ebccb53cdc47169052e2b9b308e28d279f088c6f9459fe9(
    *,
    group: builtins.str,
    kind: builtins.str,
    name: builtins.str,
    namespace: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__c865bb08fc2818a28efecc67ffe36742fa2bf1a235f5025dd0391c5e49ce9c06(
    scope: _constructs_77d1e7e8.Construct,
    id: builtins.str,
    *,
    metadata: typing.Optional[typing.Union[_cdk8s_d3d9af27.ApiObjectMetadata, typing.Dict[builtins.str, typing.Any]]] = None,
    spec: typing.Optional[typing.Union[ManagedCertificateSpec, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__381dd03e476a1852d56cd29d61fd3483c04d193b28ec381233987b53e14ba0aa(
    *,
    metadata: typing.Optional[typing.Union[_cdk8s_d3d9af27.ApiObjectMetadata, typing.Dict[builtins.str, typing.Any]]] = None,
    spec: typing.Optional[typing.Union[ManagedCertificateSpec, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__e4de1cee7b008efbeafd950e941a508c1416f153096154d3cd0abcceda803191(
    *,
    domains: typing.Optional[typing.Sequence[builtins.str]] = None,
) -> None:
    """Type checking stubs"""
    pass
