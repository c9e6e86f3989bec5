"""What an SVG figure may consist of: the elements, attributes and properties that draw, and nothing else.

From the indexes of SVG 1.1 and SVG 2 (https://www.w3.org/TR/SVG11/, https://www.w3.org/TR/SVG2/), without
what runs, moves, loads or holds a page.
"""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ELEMENTS = _names(
    """
    a circle clipPath defs desc ellipse feBlend feColorMatrix feComponentTransfer feComposite
    feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA
    feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight
    feSpecularLighting feSpotLight feTile feTurbulence filter g image line linearGradient marker mask path
    pattern polygon polyline radialGradient rect stop style svg switch symbol text textPath title tspan
    use
    """
)

UNSEEN = _names(
    """
    color-profile cursor font font-face glyph hkern metadata missing-glyph view vkern
    """
)
"""Elements of SVG that draw nothing themselves: nobody misses them."""

PROPERTIES = _names(
    """
    alignment-baseline baseline-shift clip clip-path clip-rule color color-interpolation
    color-interpolation-filters color-rendering cx cy d direction display dominant-baseline fill
    fill-opacity fill-rule filter flood-color flood-opacity font font-family font-feature-settings
    font-kerning font-size font-size-adjust font-stretch font-style font-variant font-variant-caps
    font-variant-ligatures font-variant-numeric font-weight glyph-orientation-horizontal
    glyph-orientation-vertical image-rendering isolation kerning letter-spacing lighting-color line-height
    marker marker-end marker-mid marker-start mask mask-type mix-blend-mode opacity overflow paint-order r
    rx ry shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap
    stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-align text-anchor text-decoration
    text-indent text-overflow text-rendering text-transform transform transform-box transform-origin
    unicode-bidi vector-effect visibility white-space word-spacing writing-mode x y
    """
)
"""What a style may say, as an attribute or in CSS."""

ROOT_PROPERTIES = PROPERTIES | {
    "background",
    "background-color",
    "height",
    "max-height",
    "max-width",
    "width",
}
"""What a style of a whole figure may say beside that."""

ATTRIBUTES = PROPERTIES | _names(
    """
    amplitude azimuth baseFrequency bias class clipPathUnits diffuseConstant divisor dx dy edgeMode
    elevation exponent filterUnits fr fx fy gradientTransform gradientUnits height id in in2 intercept k1
    k2 k3 k4 kernelMatrix kernelUnitLength lang lengthAdjust limitingConeAngle markerHeight markerUnits
    markerWidth maskContentUnits maskUnits media method mode numOctaves offset operator order orient
    pathLength patternContentUnits patternTransform patternUnits points pointsAtX pointsAtY pointsAtZ
    preserveAlpha preserveAspectRatio primitiveUnits radius refX refY requiredExtensions requiredFeatures
    result role rotate scale seed side slope spacing specularConstant specularExponent spreadMethod
    startOffset stdDeviation style surfaceScale systemLanguage tableValues targetX targetY textLength type
    values version viewBox width x1 x2 xChannelSelector y1 y2 yChannelSelector z aria-describedby
    aria-hidden aria-label aria-labelledby aria-roledescription
    """
)
"""Attributes of no namespace, but for ``href``."""
